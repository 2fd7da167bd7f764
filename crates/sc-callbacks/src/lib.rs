//! Where training metrics go: CSV, JSON lines, a terminal.
#![forbid(unsafe_code)]
