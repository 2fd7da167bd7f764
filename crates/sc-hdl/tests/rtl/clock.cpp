// The clock of all benches for Verilator: as many clocks as the argument says, and two more.
#include <cstdlib>

#include "Vbenches.h"

int main(int, char **argv) {
    Vbenches benches;
    long n_edges = 2 * std::atol(argv[1]) + 4;
    benches.clk = 1;
    benches.eval();
    for (long edge = 0; edge < n_edges && !Verilated::gotFinish(); ++edge) {
        benches.clk = !benches.clk;
        benches.eval();
    }
    benches.final();
}
