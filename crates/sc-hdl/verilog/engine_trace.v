// The trace of a neuron of a sc_online_o1_engine after a step. It is set by a spike, not added to.
module sc_online_o1_engine_trace #(
    parameter TRACE_BITS = 12,
    parameter TRACE_DECAY_SHIFT = 4
) (
    input wire spike,
    input wire [TRACE_BITS-1:0] trace,
    output wire [TRACE_BITS-1:0] next_trace
);
    wire [TRACE_BITS-1:0] decayed = TRACE_DECAY_SHIFT == 0 ? trace : trace - (trace >> TRACE_DECAY_SHIFT);
    assign next_trace = spike ? {TRACE_BITS{1'b1}} : decayed;
endmodule
