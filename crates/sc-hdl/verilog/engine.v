// Synapses between ROWS presynaptic and GROUPS * LANES postsynaptic neurons, in block memory, of which LANES are stepped in
// every clock. Each computes what a sc_online_o1_reward_stdp computes.
//
// All synapses of a neuron see the same spikes of it: there is a trace per neuron, and a synapse has no more than a weight
// and an eligibility. Lane l has the postsynaptic neurons l, LANES + l, ..., one of each group. A step goes through all rows
// with the first group, then with the second, and so on.
//
// A request is taken in a clock in which request_valid and request_ready are high:
//
//   verb      target
//   0 step    any          all synapses step, under reward and all spikes since the step before
//   1 spike   1 pre        the neuron of this row spikes in the next step
//             2 post       the neuron of this group and lane does
//   2 load    0 synapse    row, group and lane; its weight, and in trace its eligibility
//             1 pre        the neuron's trace
//             2 post       the neuron's trace
//   3 read    0, 1, 2      the same, as a response with response_valid, which waits for response_ready; a neuron has no weight
//
// A spike takes one clock, a step ROWS * GROUPS + 8, a load 9, a read LANES + 8 until its response. rst_n may fall at any
// time, and has to rise in step with clk; then all is set to 0, which lasts as long as a step. A request with another target
// does nothing, or has an empty response; there must be the neuron that it is about.
module sc_online_o1_engine #(
    parameter WEIGHT_BITS = 16,        // 1 to 31
    parameter TRACE_BITS = 12,         // 2 to 30, of each trace and of the eligibility
    parameter REWARD_BITS = 8,         // 1 to 30
    parameter LEARNING_SHIFT = 4,      // 0 to 30
    parameter TRACE_DECAY_SHIFT = 4,   // 0 to 30
    parameter LANES = 16,
    parameter LANE_BITS = 4,           // of a number below LANES, at least 1
    parameter ROWS = 256,
    parameter ROW_BITS = 8,            // of a number below ROWS, at least 1
    parameter GROUPS = 1,
    parameter GROUP_BITS = 1,          // of a number below GROUPS, at least 1
    parameter MULTIPLIERS = 1          // whether the chip has any
) (
    input wire clk,
    input wire rst_n,
    input wire request_valid,
    output wire request_ready,
    input wire [1:0] request_verb,
    input wire [1:0] request_target,
    input wire [ROW_BITS-1:0] request_row,
    input wire [GROUP_BITS-1:0] request_group,
    input wire [LANE_BITS-1:0] request_lane,
    input wire [WEIGHT_BITS-1:0] request_weight,
    input wire [TRACE_BITS-1:0] request_trace,
    input wire signed [REWARD_BITS-1:0] request_reward,
    output wire response_valid,
    input wire response_ready,
    output wire [WEIGHT_BITS-1:0] response_weight,
    output wire [TRACE_BITS-1:0] response_trace
);
    localparam [1:0] STEP = 0, SPIKE = 1, LOAD = 2, READ = 3;
    localparam [1:0] SYNAPSE = 0, PRE = 1, POST = 2;

    // What is being done. It stays as it is until the last stage is through with it.
    reg stepping, loading, reading, clearing;
    reg [1:0] target;
    reg [LANE_BITS-1:0] lane;
    reg [WEIGHT_BITS-1:0] weight;
    reg [TRACE_BITS-1:0] trace;
    reg signed [REWARD_BITS-1:0] reward;

    // Stage 0: a row that enters, or a neuron that spikes.
    reg entering, pre_spike, post_spike;
    reg [ROW_BITS-1:0] row;
    reg [GROUP_BITS-1:0] group;
    wire last_row = row == ROWS[ROW_BITS-1:0] - 1'b1;
    wire last_group = group == GROUPS[GROUP_BITS-1:0] - 1'b1;
    wire sweeping = stepping || clearing;

    // Clocks until the last row is in its last stage, and until a response, which is there one stage before, has come past all
    // lanes.
    localparam LAST_STAGE = 8;
    localparam WAIT_BITS = LANE_BITS + 3;
    localparam [WAIT_BITS-1:0] WAIT = 6;
    reg waiting, answering;
    reg [WAIT_BITS-1:0] clocks_left;

    assign request_ready = !entering && !waiting && !answering;
    assign response_valid = answering;

    always @(posedge clk or negedge rst_n)
        if (!rst_n) begin
            {stepping, loading, reading, clearing} <= 4'b0001;
            {entering, pre_spike, post_spike, waiting, answering} <= 5'b10000;
            target <= SYNAPSE;
            lane <= 0;
            weight <= 0;
            trace <= 0;
            reward <= 0;
            row <= 0;
            group <= 0;
            clocks_left <= 0;
        end else begin
            pre_spike <= 1'b0;
            post_spike <= 1'b0;
            if (request_ready && request_valid) begin
                stepping <= request_verb == STEP;
                loading <= request_verb == LOAD;
                reading <= request_verb == READ;
                clearing <= 1'b0;
                target <= request_target;
                lane <= request_lane;
                weight <= request_weight;
                trace <= request_trace;
                reward <= request_reward;
                row <= request_verb == STEP ? {ROW_BITS{1'b0}} : request_row;
                group <= request_verb == STEP || GROUPS == 1 ? {GROUP_BITS{1'b0}} : request_group;
                entering <= request_verb != SPIKE;
                pre_spike <= request_verb == SPIKE && request_target == PRE;
                post_spike <= request_verb == SPIKE && request_target == POST;
            end
            if (entering) begin
                if (sweeping && !(last_row && last_group)) begin
                    row <= last_row ? {ROW_BITS{1'b0}} : row + 1'b1;
                    group <= last_row ? group + 1'b1 : group;
                end else begin
                    entering <= 1'b0;
                    waiting <= 1'b1;
                    clocks_left <= reading ? WAIT + {2'b00, LANES[LANE_BITS:0]} - 1'b1 : WAIT;
                end
            end
            if (waiting) begin
                clocks_left <= clocks_left - 1'b1;
                if (clocks_left == 0) begin
                    waiting <= 1'b0;
                    answering <= reading;
                end
            end
            if (answering && response_ready)
                answering <= 1'b0;
        end

    // Where the rows in the other stages are.
    localparam ADDRESS_BITS = GROUPS == 1 ? ROW_BITS : GROUP_BITS + ROW_BITS;
    wire [ADDRESS_BITS-1:0] address;
    generate
        if (GROUPS == 1) assign address = row;
        else assign address = {group, row};
    endgenerate
    reg [LAST_STAGE*ADDRESS_BITS-1:0] addresses;
    reg [LAST_STAGE:1] entered;
    reg [2*GROUP_BITS-1:0] groups;
    reg [2:1] last_rows, last_groups;
    always @(posedge clk or negedge rst_n)
        if (!rst_n)
            entered <= 0;
        else
            entered <= {entered[LAST_STAGE-1:1], entering};
    always @(posedge clk) begin
        addresses <= {addresses[(LAST_STAGE-1)*ADDRESS_BITS-1:0], address};
        groups <= {groups[GROUP_BITS-1:0], group};
        last_rows <= {last_rows[1], last_row};
        last_groups <= {last_groups[1], last_group};
    end

    // Presynaptic neurons. In stage 1 comes what they were like; with the last group they take their step in stage 2.
    wire pre_spike_1;
    wire [TRACE_BITS-1:0] pre_trace_1;
    reg pre_spike_2;
    reg [TRACE_BITS-1:0] pre_trace_2;
    wire [TRACE_BITS-1:0] next_pre_trace;
    wire stepping_pre = stepping && last_groups[2];
    wire loading_pre = loading && target == PRE;
    wire clear_spike = entered[1] && (clearing || stepping && last_groups[1]);
    sc_online_o1_engine_memory #(.BITS(1), .ADDRESS_BITS(ROW_BITS)) pre_spikes (
        .clk(clk), .read_address(row), .read_data(pre_spike_1),
        .write(pre_spike || clear_spike), .write_address(pre_spike ? row : addresses[ROW_BITS-1:0]),
        .write_data(pre_spike)
    );
    sc_online_o1_engine_memory #(.BITS(TRACE_BITS), .ADDRESS_BITS(ROW_BITS)) pre_traces (
        .clk(clk), .read_address(row), .read_data(pre_trace_1),
        .write(entered[2] && (stepping_pre || loading_pre || clearing)),
        .write_address(addresses[ADDRESS_BITS +: ROW_BITS]),
        .write_data(stepping ? next_pre_trace : trace)
    );
    sc_online_o1_engine_trace #(.TRACE_BITS(TRACE_BITS), .TRACE_DECAY_SHIFT(TRACE_DECAY_SHIFT)) pre_step (
        .spike(pre_spike_2), .trace(pre_trace_2), .next_trace(next_pre_trace)
    );
    always @(posedge clk) begin
        pre_spike_2 <= pre_spike_1;
        pre_trace_2 <= pre_trace_1;
    end

    // A response begins with the presynaptic trace and passes all lanes; who is asked adds what it has.
    wire [(LANES+1)*WEIGHT_BITS-1:0] weights_passed;
    wire [(LANES+1)*TRACE_BITS-1:0] traces_passed;
    assign weights_passed[WEIGHT_BITS-1:0] = 0;
    assign traces_passed[TRACE_BITS-1:0] = target == PRE ? pre_trace_2 : {TRACE_BITS{1'b0}};
    assign response_weight = weights_passed[LANES*WEIGHT_BITS +: WEIGHT_BITS];
    assign response_trace = traces_passed[LANES*TRACE_BITS +: TRACE_BITS];

    // The reward reaches a quarter of the lanes in each of four clocks, the last one just before the first row needs it: short
    // ways. Lanes without a multiplier want its digits.
    localparam DIGITS = (REWARD_BITS + 1) / 2;
    localparam FACTOR_BITS = MULTIPLIERS != 0 ? REWARD_BITS : 3 * DIGITS;
    localparam QUARTERS = LANES < 4 ? LANES : 4;
    wire [(QUARTERS+1)*FACTOR_BITS-1:0] factors;
    genvar k;
    generate
        if (MULTIPLIERS != 0) begin : whole
            assign factors[FACTOR_BITS-1:0] = reward;
        end else begin : recoded
            sc_online_o1_engine_digits #(.BITS(REWARD_BITS), .DIGITS(DIGITS)) recode (
                .number(reward), .digits(factors[FACTOR_BITS-1:0])
            );
        end
        for (k = 0; k < QUARTERS; k = k + 1) begin : quarters
            reg [FACTOR_BITS-1:0] factor;
            always @(posedge clk) factor <= factors[k*FACTOR_BITS +: FACTOR_BITS];
            assign factors[(k+1)*FACTOR_BITS +: FACTOR_BITS] = factor;
        end
    endgenerate

    generate
        for (k = 0; k < LANES; k = k + 1) begin : lanes
            wire selected = lane == k;
            sc_online_o1_engine_lane #(
                .WEIGHT_BITS(WEIGHT_BITS), .TRACE_BITS(TRACE_BITS),
                .LEARNING_SHIFT(LEARNING_SHIFT), .TRACE_DECAY_SHIFT(TRACE_DECAY_SHIFT),
                .ADDRESS_BITS(ADDRESS_BITS), .GROUPS(GROUPS), .GROUP_BITS(GROUP_BITS), .MULTIPLIERS(MULTIPLIERS),
                .FACTOR_BITS(FACTOR_BITS)
            ) synapses (
                .clk(clk), .stepping(stepping), .clearing(clearing),
                .load_synapse(loading && target == SYNAPSE && selected),
                .load_post(loading && target == POST && selected),
                .read_synapse(target == SYNAPSE && selected), .read_post(target == POST && selected),
                .weight(weight), .trace(trace), .factor(factors[(1 + k * QUARTERS / LANES) * FACTOR_BITS +: FACTOR_BITS]),
                .spike_0(post_spike && selected), .group_0(group), .address_0(address),
                .group_1(groups[GROUP_BITS-1:0]),
                .enters_2(entered[2]), .group_2(groups[GROUP_BITS +: GROUP_BITS]), .last_row_2(last_rows[2]),
                .pre_spike_2(pre_spike_2), .pre_trace_2(pre_trace_2),
                .enters_5(entered[5]), .address_5(addresses[4*ADDRESS_BITS +: ADDRESS_BITS]),
                .enters_8(entered[8]), .address_8(addresses[7*ADDRESS_BITS +: ADDRESS_BITS]),
                .weight_before(weights_passed[k*WEIGHT_BITS +: WEIGHT_BITS]),
                .trace_before(traces_passed[k*TRACE_BITS +: TRACE_BITS]),
                .weight_passed(weights_passed[(k+1)*WEIGHT_BITS +: WEIGHT_BITS]),
                .trace_passed(traces_passed[(k+1)*TRACE_BITS +: TRACE_BITS])
            );
        end
    endgenerate
endmodule
