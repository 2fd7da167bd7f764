// One plastic synapse: reward-modulated, nearest-spike STDP in fixed point, one step in every clock with step_en.
//
//   e' = clamp(D(e) + post * (pre ? max : x) - pre * y)        x, y before the step
//   w' = clamp(w + floor(reward * e' / 2^LEARNING_SHIFT))      e' after the step
//   x' = pre ? max : D(x),  y' = post ? max : D(y)
//
// with the weight w, the traces x of presynaptic and y of postsynaptic spikes, the eligibility e, and the decay
// D(v) = v - v / 2^TRACE_DECAY_SHIFT, where the quotient is rounded towards zero; D(v) = v if the shift is 0.
//
// The state is in registers, which rst_n clears. update_done says that the last clock was a step. load takes the place of
// a step and makes the synapse one of weight load_weight that has no past.
module sc_online_o1_reward_stdp #(
    parameter WEIGHT_BITS = 16,       // 1 to 31
    parameter TRACE_BITS = 12,        // 2 to 30, of each trace and of the eligibility
    parameter REWARD_BITS = 8,        // 1 to 30
    parameter LEARNING_SHIFT = 4,     // 0 to 30
    parameter TRACE_DECAY_SHIFT = 4   // 0 to 30
) (
    input wire clk,
    input wire rst_n,
    input wire step_en,
    input wire pre_spike,
    input wire post_spike,
    input wire signed [REWARD_BITS-1:0] reward,
    input wire load,
    input wire [WEIGHT_BITS-1:0] load_weight,
    output wire [WEIGHT_BITS-1:0] current_weight,
    output reg update_done
);
    localparam PER_SYNAPSE_STATE_BITS = WEIGHT_BITS + 3 * TRACE_BITS;

    reg [WEIGHT_BITS-1:0] weight;
    reg [TRACE_BITS-1:0] pre_trace;
    reg [TRACE_BITS-1:0] post_trace;
    reg signed [TRACE_BITS-1:0] eligibility;

    assign current_weight = weight;

    // Traces are set by a spike, not added to.
    localparam [TRACE_BITS-1:0] MAX_TRACE = {TRACE_BITS{1'b1}};

    function [TRACE_BITS-1:0] next_trace(input spike, input [TRACE_BITS-1:0] trace);
        if (spike)
            next_trace = MAX_TRACE;
        else if (TRACE_DECAY_SHIFT == 0)
            next_trace = trace;
        else
            next_trace = trace - (trace >> TRACE_DECAY_SHIFT);
    endfunction

    // A sign is looked at as a bit, here and below: of a comparison with 0, yosys makes a carry chain.

    // The eligibility's quotient: an arithmetic shift rounds down, and a negative remainder asks for one more. To subtract
    // it is to add its complement and 1, or nothing if it was one too low. That carry enters from a bit below all others:
    // as a third operand it would cost lookup tables for every bit of the sum.
    localparam [TRACE_BITS-1:0] REMAINDER = ~({TRACE_BITS{1'b1}} << TRACE_DECAY_SHIFT);
    wire round_up = eligibility[TRACE_BITS-1] && (eligibility & REMAINDER) != 0;
    wire signed [TRACE_BITS-1:0] quotient = eligibility >>> TRACE_DECAY_SHIFT;
    wire [TRACE_BITS-1:0] difference;
    wire [1:0] unused;
    assign {difference, unused[0]} = {eligibility, 1'b1} + {~quotient, !round_up};
    wire [TRACE_BITS-1:0] decayed = TRACE_DECAY_SHIFT == 0 ? eligibility : difference;

    // What the spikes add is one number: x after post, -y after pre, which is the complement of y and a carry, and after
    // both max - y, which is that complement and no carry. The sum differs from an eligibility by at most a full trace and
    // so is two bits wider. What does not fit the eligibility lies below 3/4 of the sum's range and so differs in the two
    // bits above it.
    wire subtract = pre_spike && !post_spike;
    wire [TRACE_BITS-1:0] paired = pre_spike ? ~post_trace : post_spike ? pre_trace : {TRACE_BITS{1'b0}};
    wire [TRACE_BITS+1:0] sum;
    assign {sum, unused[1]} = {{2{decayed[TRACE_BITS-1]}}, decayed, 1'b1} + {{2{subtract}}, paired, subtract};
    wire negative = sum[TRACE_BITS+1];
    wire fits = sum[TRACE_BITS] == sum[TRACE_BITS-1];
    wire signed [TRACE_BITS-1:0] next_eligibility =
        fits ? sum[TRACE_BITS-1:0] : {negative, {TRACE_BITS-1{!negative}}};

    // The new weight before it is clamped: wide enough for the product whatever the shift, and for a weight and a sign.
    localparam PRODUCT_BITS = REWARD_BITS + TRACE_BITS;
    localparam MOVED_BITS = (PRODUCT_BITS > WEIGHT_BITS ? PRODUCT_BITS : WEIGHT_BITS + 1) + 1;
    wire signed [MOVED_BITS-1:0] product = reward * next_eligibility;
    wire signed [MOVED_BITS-1:0] moved =
        $signed({{MOVED_BITS-WEIGHT_BITS{1'b0}}, weight}) + (product >>> LEARNING_SHIFT);
    wire [WEIGHT_BITS-1:0] next_weight = moved[MOVED_BITS-1] ? {WEIGHT_BITS{1'b0}}
        : moved[MOVED_BITS-1:WEIGHT_BITS] != 0 ? {WEIGHT_BITS{1'b1}} : moved[WEIGHT_BITS-1:0];

    always @(posedge clk or negedge rst_n)
        if (!rst_n)
            {update_done, eligibility, post_trace, pre_trace, weight} <= {1 + PER_SYNAPSE_STATE_BITS{1'b0}};
        else if (load)
            {update_done, eligibility, post_trace, pre_trace, weight} <= {{1 + 3 * TRACE_BITS{1'b0}}, load_weight};
        else begin
            update_done <= step_en;
            if (step_en) begin
                eligibility <= next_eligibility;
                weight <= next_weight;
                pre_trace <= next_trace(pre_spike, pre_trace);
                post_trace <= next_trace(post_spike, post_trace);
            end
        end
endmodule
