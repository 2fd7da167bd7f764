// One clock of a lane with a load port, from any state and with any inputs, against the rule in plain numbers.
//
// The model is the specification: signed 64-bit numbers, in which nothing overflows, magnitudes, and divisions where the
// lane shifts. `cargo xtask rtl` has yosys prove every assertion by itself, each of which has a line and a name. In the
// first of two clocks all registers and inputs are anything at all, and nothing is assumed of them; in the second the lane
// must hold what the rule makes of it. What holds of such a clock holds of every sequence of clocks.
module lane_proof #(
    parameter WEIGHT_BITS = 16,
    parameter TRACE_BITS = 12,
    parameter REWARD_BITS = 8,
    parameter LEARNING_SHIFT = 4,
    parameter TRACE_DECAY_SHIFT = 4
) (
    input wire clk, rst_n, step_en, pre_spike, post_spike, load,
    input wire signed [REWARD_BITS-1:0] reward,
    input wire [WEIGHT_BITS-1:0] load_weight
);
    wire [WEIGHT_BITS-1:0] current_weight;
    wire update_done;
    sc_online_o1_reward_stdp lane (
        .clk(clk), .rst_n(rst_n), .step_en(step_en), .pre_spike(pre_spike), .post_spike(post_spike),
        .load(load), .load_weight(load_weight),
        .reward(reward), .current_weight(current_weight), .update_done(update_done)
    );

    // What is inside the lane: yosys connects wires of this kind by their names.
    (* hierconn *) wire [WEIGHT_BITS-1:0] \lane.weight ;
    (* hierconn *) wire [TRACE_BITS-1:0] \lane.pre_trace , \lane.post_trace ;
    (* hierconn *) wire signed [TRACE_BITS-1:0] \lane.eligibility , \lane.next_eligibility ;

    // Its state in numbers: weight, traces, eligibility.
    wire signed [63:0] w = {1'b0, \lane.weight };
    wire signed [63:0] x = {1'b0, \lane.pre_trace };
    wire signed [63:0] y = {1'b0, \lane.post_trace };
    wire signed [63:0] e = \lane.eligibility ;

    // The rule.
    localparam signed [63:0] ONE = 1;
    localparam signed [63:0] MAX_WEIGHT = (ONE <<< WEIGHT_BITS) - ONE;
    localparam signed [63:0] MAX_TRACE = (ONE <<< TRACE_BITS) - ONE;
    localparam signed [63:0] MAX_ELIGIBILITY = (ONE <<< (TRACE_BITS - 1)) - ONE;
    localparam signed [63:0] MIN_ELIGIBILITY = -(ONE <<< (TRACE_BITS - 1));
    localparam signed [63:0] LEARNING = ONE <<< LEARNING_SHIFT;
    localparam signed [63:0] DECAY = ONE <<< TRACE_DECAY_SHIFT;

    function signed [63:0] clamp(input signed [63:0] v, input signed [63:0] low, input signed [63:0] high);
        clamp = v < low ? low : v > high ? high : v;
    endfunction

    function signed [63:0] magnitude(input signed [63:0] v);
        magnitude = v < 0 ? -v : v;
    endfunction

    // Of a trace or a magnitude.
    function signed [63:0] decayed(input signed [63:0] v);
        decayed = TRACE_DECAY_SHIFT == 0 ? v : v - v / DECAY;
    endfunction

    wire signed [63:0] decayed_e = e < 0 ? -decayed(magnitude(e)) : decayed(magnitude(e));
    wire signed [63:0] potentiation = !post_spike ? 0 : pre_spike ? MAX_TRACE : x;
    wire signed [63:0] depression = !pre_spike ? 0 : y;
    wire signed [63:0] next_e = clamp(decayed_e + potentiation - depression, MIN_ELIGIBILITY, MAX_ELIGIBILITY);
    wire signed [63:0] next_x = pre_spike ? MAX_TRACE : decayed(x);
    wire signed [63:0] next_y = post_spike ? MAX_TRACE : decayed(y);

    // No solver finds out that products are equal because their factors are, and so both multiply what the lane says is
    // the new eligibility. That it is `next_e` has an assertion of its own.
    wire signed [63:0] factor = \lane.next_eligibility ;
    wire signed [63:0] product = reward * factor;
    // A quotient is rounded towards zero. What was rounded up has a negative remainder.
    wire signed [63:0] change = product / LEARNING - (product % LEARNING < 0 ? ONE : 0);
    wire signed [63:0] next_w = clamp(w + change, 0, MAX_WEIGHT);

    // State (0), rule (1) and inputs in the clock before.
    reg signed [63:0] w0, x0, y0, e0, w1, x1, y1, e1, factor1, product1;
    reg [WEIGHT_BITS-1:0] load_weight0;
    reg reset0, load0, step0, pre0, post0;
    always @(posedge clk) begin
        {w0, x0, y0, e0} <= {w, x, y, e};
        {w1, x1, y1, e1} <= {next_w, next_x, next_y, next_e};
        {factor1, product1} <= {factor, product};
        load_weight0 <= load_weight;
        {reset0, load0, step0, pre0, post0} <= {!rst_n, load, step_en, pre_spike, post_spike};
    end

    // What the clock was. A reset does not wait for the next one.
    wire reset = !rst_n || reset0;
    wire loaded = !reset && load0;
    wire stepped = !reset && !load0 && step0;
    wire idle = !reset && !load0 && !step0;

    // The lane is the model.
    always @* begin
        update_done_after_steps: assert (update_done == stepped);
        current_weight_is_the_weight: assert (current_weight == w);
        reset_clears: assert (!reset || w == 0 && x == 0 && y == 0 && e == 0);
        load_loads: assert (!loaded || w == load_weight0 && x == 0 && y == 0 && e == 0);
        idle_keeps: assert (!idle || w == w0 && x == x0 && y == y0 && e == e0);
        step_of_pre_trace: assert (!stepped || x == x1);
        step_of_post_trace: assert (!stepped || y == y1);
        step_of_eligibility: assert (!stepped || e == e1);
        step_of_factor: assert (factor1 == e1);
        step_of_weight: assert (!stepped || w == w1);
    end

    // Without a spike a number falls, or stays if less than DECAY is left.
    function fell(input signed [63:0] from, input signed [63:0] to);
        fell = TRACE_DECAY_SHIFT > 0 && from >= DECAY ? 0 <= to && to < from : to == from;
    endfunction

    // The model is what a rule should be.
    always @* begin
        range_of_weight: assert (0 <= w1 && w1 <= MAX_WEIGHT);
        range_of_pre_trace: assert (0 <= x1 && x1 <= MAX_TRACE);
        range_of_post_trace: assert (0 <= y1 && y1 <= MAX_TRACE);
        range_of_eligibility: assert (MIN_ELIGIBILITY <= e1 && e1 <= MAX_ELIGIBILITY);
        silence_of_pre: assert (pre0 || fell(x0, x1));
        silence_of_post: assert (post0 || fell(y0, y1));
        silence_of_both: assert (pre0 || post0 || fell(magnitude(e0), magnitude(e1)));
        silence_keeps_the_sign: assert (pre0 || post0 || e1 == 0 || (e1 < 0) == (e0 < 0));
        nothing_to_learn: assert (product1 != 0 || w1 == w0);
        strengthened: assert (product1 <= 0 || w1 >= w0);
        // However small the product is.
        weakened: assert (product1 >= 0 || w1 < w0 || w1 == 0);
    end
endmodule
