// An engine of default widths behind few pins, between registers: more lines than a chip has pins would go in and out. A
// request is shifted in, a response out.
module engine_pins #(
    parameter LANE_BITS = 4,
    parameter ROW_BITS = 8,
    parameter GROUP_BITS = 1
) (
    input wire clk,
    input wire rst_n,
    input wire shift,
    input wire bit_in,
    output reg bit_out,
    output reg request_ready
);
    localparam WEIGHT_BITS = 16;
    localparam TRACE_BITS = 12;
    localparam REWARD_BITS = 8;
    localparam REQUEST_BITS = 6 + ROW_BITS + GROUP_BITS + LANE_BITS + WEIGHT_BITS + TRACE_BITS + REWARD_BITS;
    localparam RESPONSE_BITS = 1 + WEIGHT_BITS + TRACE_BITS;
    reg [REQUEST_BITS-1:0] shifted, request;
    reg [RESPONSE_BITS-1:0] response;
    wire ready, response_valid, response_ready, request_valid;
    wire [1:0] verb, target;
    wire [ROW_BITS-1:0] row;
    wire [GROUP_BITS-1:0] group;
    wire [LANE_BITS-1:0] lane;
    wire [WEIGHT_BITS-1:0] weight, response_weight;
    wire [TRACE_BITS-1:0] trace, response_trace;
    wire [REWARD_BITS-1:0] reward;
    assign {response_ready, request_valid, verb, target, row, group, lane, weight, trace, reward} = request;

    sc_online_o1_engine engine (
        .clk(clk), .rst_n(rst_n), .request_valid(request_valid), .request_ready(ready), .request_verb(verb),
        .request_target(target), .request_row(row), .request_group(group), .request_lane(lane),
        .request_weight(weight), .request_trace(trace), .request_reward(reward), .response_valid(response_valid),
        .response_ready(response_ready), .response_weight(response_weight), .response_trace(response_trace)
    );

    always @(posedge clk) begin
        if (shift)
            shifted <= {shifted[REQUEST_BITS-2:0], bit_in};
        request <= shifted;
        request_ready <= ready;
        response <= response_ready ? {response_valid, response_weight, response_trace} : response >> 1;
        bit_out <= response[0];
    end
endmodule
