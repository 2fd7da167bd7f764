// One lane of a sc_online_o1_engine: the synapses to one postsynaptic neuron of each group, and these neurons.
//
// Rows come one per clock and pass nine stages, 0 to 8; a number at the end of a name is the stage in which the value is there.
// A row is
//   0  asked for         by its address
//   1  found             its eligibility in memory
//   2  known             with the presynaptic neuron's spike and trace, and the postsynaptic ones
//   3  decayed
//   4  paired            with what spikes add or take
//   5  credited          the new eligibility, which goes to memory; the weight is asked for
//   6  to be multiplied  by the reward; the weight is found
//   7  multiplied
//   8  learned           the new weight, which goes to memory
module sc_online_o1_engine_lane #(
    parameter WEIGHT_BITS = 16,
    parameter TRACE_BITS = 12,
    parameter LEARNING_SHIFT = 4,
    parameter TRACE_DECAY_SHIFT = 4,
    parameter ADDRESS_BITS = 8,
    parameter GROUPS = 1,
    parameter GROUP_BITS = 1,
    parameter MULTIPLIERS = 1,
    parameter FACTOR_BITS = 8
) (
    input wire clk,
    input wire stepping,
    input wire clearing,
    input wire load_synapse,
    input wire load_post,
    input wire read_synapse,
    input wire read_post,
    input wire [WEIGHT_BITS-1:0] weight,
    input wire [TRACE_BITS-1:0] trace,
    input wire [FACTOR_BITS-1:0] factor,
    input wire spike_0,
    input wire [GROUP_BITS-1:0] group_0,
    input wire [ADDRESS_BITS-1:0] address_0,
    input wire [GROUP_BITS-1:0] group_1,
    input wire enters_2,
    input wire [GROUP_BITS-1:0] group_2,
    input wire last_row_2,
    input wire pre_spike_2,
    input wire [TRACE_BITS-1:0] pre_trace_2,
    input wire enters_5,
    input wire [ADDRESS_BITS-1:0] address_5,
    input wire enters_8,
    input wire [ADDRESS_BITS-1:0] address_8,
    input wire [WEIGHT_BITS-1:0] weight_before,
    input wire [TRACE_BITS-1:0] trace_before,
    output reg [WEIGHT_BITS-1:0] weight_passed,
    output reg [TRACE_BITS-1:0] trace_passed
);
    // The postsynaptic neurons, which take their step with the last row.
    reg [TRACE_BITS-1:0] post_traces [0:GROUPS-1];
    reg post_spikes [0:GROUPS-1];
    reg post_spike_2;
    reg [TRACE_BITS-1:0] post_trace_2;
    wire [TRACE_BITS-1:0] next_post_trace;
    wire step_post = enters_2 && (stepping && last_row_2 || clearing);
    sc_online_o1_engine_trace #(.TRACE_BITS(TRACE_BITS), .TRACE_DECAY_SHIFT(TRACE_DECAY_SHIFT)) post_step (
        .spike(post_spike_2), .trace(post_trace_2), .next_trace(next_post_trace)
    );
    always @(posedge clk) begin
        post_spike_2 <= post_spikes[group_1];
        post_trace_2 <= post_traces[group_1];
        if (step_post || enters_2 && load_post)
            post_traces[group_2] <= stepping ? next_post_trace : trace;
        if (spike_0 || step_post)
            post_spikes[spike_0 ? group_0 : group_2] <= spike_0;
    end

    // The eligibility before, its quotient rounded towards zero: an arithmetic shift rounds down, and a negative remainder
    // asks for one more.
    wire [TRACE_BITS-1:0] eligibility_1;
    reg signed [TRACE_BITS-1:0] eligibility_2;
    localparam [TRACE_BITS-1:0] REMAINDER = ~({TRACE_BITS{1'b1}} << TRACE_DECAY_SHIFT);
    wire round_up_2 = eligibility_2[TRACE_BITS-1] && |(eligibility_2 & REMAINDER);
    always @(posedge clk) eligibility_2 <= eligibility_1;

    wire signed [TRACE_BITS-1:0] quotient_2 = eligibility_2 >>> TRACE_DECAY_SHIFT;
    reg [TRACE_BITS-1:0] decayed_3;
    reg unused_3;  // the lowest bit of a sum from which its carry comes; so are unused_4 and unused_8
    always @(posedge clk)
        {decayed_3, unused_3} <= TRACE_DECAY_SHIFT == 0 ? {eligibility_2, 1'b0}
            : {eligibility_2, 1'b1} + {~quotient_2, !round_up_2};

    // What spikes add, post * (pre ? max : pre_trace) - pre * post_trace, is one choice for each bit, since
    // max - post_trace = ~post_trace and -post_trace = ~post_trace + 1.
    reg [TRACE_BITS+1:0] added_3;
    reg plus_one_3;
    wire depressed = pre_spike_2 && !post_spike_2;
    always @(posedge clk) begin
        added_3 <= {{2{depressed}}, pre_spike_2 ? ~post_trace_2 : post_spike_2 ? pre_trace_2 : {TRACE_BITS{1'b0}}};
        plus_one_3 <= depressed;
    end
    reg [TRACE_BITS+1:0] sum_4;
    reg unused_4;
    always @(posedge clk)
        {sum_4, unused_4} <= {{2{decayed_3[TRACE_BITS-1]}}, decayed_3, 1'b1} + {added_3, plus_one_3};

    // What does not fit lies below 3/4 of the sum's range and so differs in the two bits above the eligibility's sign.
    wire negative_4 = sum_4[TRACE_BITS+1];
    wire fits_4 = sum_4[TRACE_BITS] == sum_4[TRACE_BITS-1];
    reg signed [TRACE_BITS-1:0] eligibility_5;
    always @(posedge clk)
        eligibility_5 <= fits_4 ? sum_4[TRACE_BITS-1:0] : {negative_4, {TRACE_BITS-1{!negative_4}}};

    reg writes_synapses;
    always @(posedge clk) writes_synapses <= stepping || clearing || load_synapse;
    sc_online_o1_engine_memory #(.BITS(TRACE_BITS), .ADDRESS_BITS(ADDRESS_BITS)) eligibilities (
        .clk(clk), .read_address(address_0), .read_data(eligibility_1),
        .write(enters_5 && writes_synapses), .write_address(address_5),
        .write_data(stepping ? eligibility_5 : trace)
    );

    localparam PRODUCT_BITS = TRACE_BITS + (MULTIPLIERS != 0 ? FACTOR_BITS : 4 * ((FACTOR_BITS / 3 + 1) / 2));
    wire [PRODUCT_BITS-1:0] product_7;  // or one less, if add_one_7
    wire add_one_7;
    generate
        if (MULTIPLIERS != 0) begin : multiplier
            // Registers at the inputs and at the output of a multiplier are in it, where it has any. With two behind the product
            // instead, yosys 0.23 loses the multipliers of iCE40 (synth_ice40 -dsp).
            reg signed [TRACE_BITS-1:0] eligibility_6;
            reg signed [PRODUCT_BITS-1:0] product;
            always @(posedge clk) begin
                eligibility_6 <= eligibility_5;
                product <= $signed(factor) * eligibility_6;
            end
            assign product_7 = product;
            assign add_one_7 = 1'b0;
        end else begin : adders
            sc_online_o1_engine_product #(.BITS(TRACE_BITS), .DIGITS(FACTOR_BITS/3)) multiply (
                .clk(clk), .digits(factor), .number(eligibility_5), .product(product_7), .add_one(add_one_7)
            );
        end
    endgenerate

    // Shifted by as much as the product has bits, or by more, nothing is left but its sign. One more in the lowest place is one
    // more in what is left if all places below are 1.
    localparam SHIFT = LEARNING_SHIFT < PRODUCT_BITS ? LEARNING_SHIFT : PRODUCT_BITS - 1;
    localparam CHANGE_BITS = PRODUCT_BITS - SHIFT;
    localparam [PRODUCT_BITS-1:0] BELOW = ~({PRODUCT_BITS{1'b1}} << SHIFT);
    wire [CHANGE_BITS-1:0] change_7 = product_7[PRODUCT_BITS-1:SHIFT];
    wire carry_7 = add_one_7 && (product_7 | ~BELOW) == {PRODUCT_BITS{1'b1}};

    // The new weight before it is clamped, with room for a sign.
    localparam MOVED_BITS = (CHANGE_BITS > WEIGHT_BITS ? CHANGE_BITS : WEIGHT_BITS + 1) + 1;
    wire [WEIGHT_BITS-1:0] weight_6;
    reg [WEIGHT_BITS-1:0] weight_7;
    reg [MOVED_BITS-1:0] moved_8;
    reg unused_8;
    always @(posedge clk) begin
        weight_7 <= weight_6;
        {moved_8, unused_8} <= {{MOVED_BITS-WEIGHT_BITS{1'b0}}, weight_7, 1'b1}
            + {{MOVED_BITS-CHANGE_BITS{change_7[CHANGE_BITS-1]}}, change_7, carry_7};
    end
    wire negative_8 = moved_8[MOVED_BITS-1];
    wire too_large_8 = |moved_8[MOVED_BITS-1:WEIGHT_BITS];
    wire [WEIGHT_BITS-1:0] weight_8 =
        (moved_8[WEIGHT_BITS-1:0] | {WEIGHT_BITS{too_large_8}}) & ~{WEIGHT_BITS{negative_8}};
    sc_online_o1_engine_memory #(.BITS(WEIGHT_BITS), .ADDRESS_BITS(ADDRESS_BITS)) weights (
        .clk(clk), .read_address(address_5), .read_data(weight_6),
        .write(enters_8 && writes_synapses), .write_address(address_8),
        .write_data(stepping ? weight_8 : weight)
    );

    always @(posedge clk) begin
        weight_passed <= weight_before | (read_synapse ? weight_7 : {WEIGHT_BITS{1'b0}});
        trace_passed <= trace_before | (read_synapse ? eligibility_2 : {TRACE_BITS{1'b0}})
            | (read_post ? post_trace_2 : {TRACE_BITS{1'b0}});
    end
endmodule
