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

    // The eligibility's quotient: an arithmetic shift rounds down, and a negative remainder asks for one more.
    localparam [TRACE_BITS-1:0] REMAINDER = ~({TRACE_BITS{1'b1}} << TRACE_DECAY_SHIFT);
    wire round_up = eligibility < 0 && (eligibility & REMAINDER) != 0;
    wire signed [TRACE_BITS-1:0] decayed = TRACE_DECAY_SHIFT == 0 ? eligibility
        : eligibility - (eligibility >>> TRACE_DECAY_SHIFT) - $signed({{TRACE_BITS-1{1'b0}}, round_up});

    // At most a full trace more or less than an eligibility: two bits wider than either. What does not fit the eligibility
    // lies below 3/4 of the sum's range and so differs in the two bits above it.
    wire [TRACE_BITS-1:0] potentiation = post_spike ? pre_trace | {TRACE_BITS{pre_spike}} : {TRACE_BITS{1'b0}};
    wire [TRACE_BITS-1:0] depression = pre_spike ? post_trace : {TRACE_BITS{1'b0}};
    wire signed [TRACE_BITS+1:0] sum = {{2{decayed[TRACE_BITS-1]}}, decayed}
        + $signed({2'b00, potentiation}) - $signed({2'b00, depression});
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
    wire [WEIGHT_BITS-1:0] next_weight = moved < 0 ? {WEIGHT_BITS{1'b0}}
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
