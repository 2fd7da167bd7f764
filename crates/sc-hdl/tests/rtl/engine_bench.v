// Asks an engine what a file says, and compares what it answers with the file.
//
// A line of engine_bench.hex is a request: verb, target, row, group, lane, weight, trace, reward; then the clocks before it is
// made, those before its response is taken, and those after which the engine is ready again or responds; 8 hexadecimal digits
// each. Weight and trace of a read are those of the response. Verb 4 is a reset, which does not wait until the engine is ready.
module engine_bench #(
    parameter WEIGHT_BITS = 16,
    parameter TRACE_BITS = 12,
    parameter REWARD_BITS = 8,
    parameter LANE_BITS = 4,
    parameter ROW_BITS = 8,
    parameter GROUP_BITS = 1,
    parameter RESET_CLOCKS = 263,  // until the engine has cleared itself
    parameter REQUESTS = 1
) (
    input wire clk
);
    reg rst_n, request_valid, response_ready;
    reg [11*32-1:0] lines [0:REQUESTS-1];
    reg [11*32-1:0] line;
    wire reads = line[10*32 +: 2] == 3;  // and what is asked with must not be the answer
    wire request_ready, response_valid;
    wire [WEIGHT_BITS-1:0] response_weight;
    wire [TRACE_BITS-1:0] response_trace;
    sc_online_o1_engine dut (
        .clk(clk && !done), .rst_n(rst_n), .request_valid(request_valid), .request_ready(request_ready),
        .request_verb(line[10*32 +: 2]), .request_target(line[9*32 +: 2]), .request_row(line[8*32 +: ROW_BITS]),
        .request_group(line[7*32 +: GROUP_BITS]), .request_lane(line[6*32 +: LANE_BITS]),
        .request_weight(line[5*32 +: WEIGHT_BITS] ^ {WEIGHT_BITS{reads}}),
        .request_trace(line[4*32 +: TRACE_BITS] ^ {TRACE_BITS{reads}}),
        .request_reward(line[3*32 +: REWARD_BITS]), .response_valid(response_valid), .response_ready(response_ready),
        .response_weight(response_weight), .response_trace(response_trace)
    );
    initial $readmemh("engine_bench.hex", lines);

    // The bench acts with the falling edge, the engine with the rising one.
    integer n_clocks, n_requests;
    integer pause, hold, expected_clocks, n_busy;
    reg was_ready, was_taken, responding, resetting;
    reg done;  // the engine need not be simulated any more
    reg [31:0] expected_weight, expected_trace;
    initial begin
        n_clocks = 0; n_requests = 0; pause = 0; hold = 0; n_busy = 0;
        expected_clocks = RESET_CLOCKS;
        rst_n = 1; request_valid = 0; response_ready = 0; was_ready = 0; was_taken = 0; responding = 0;
        resetting = 0;
        done = 0;
        line = 0;
    end

    always @(negedge clk) begin
        n_clocks = n_clocks + 1;
        rst_n <= n_clocks > 2;
        if (n_clocks == 2)
            line = lines[0];
        if (resetting) begin
            resetting = 0;
            expected_clocks = RESET_CLOCKS;
            n_busy = 0;
            next_request;
        end else if (n_clocks > 3) begin
            // What happened at the rising edge.
            if (was_taken) begin
                responding = 0;
                if (!request_ready)
                    fail;
            end
            if (request_valid && was_ready) begin
                expected_clocks = line[0 +: 32];
                hold = line[1*32 +: 32];
                responding = line[10*32 +: 2] == 3;
                expected_weight = line[5*32 +: 32];
                expected_trace = line[4*32 +: 32];
                n_busy = 0;
                next_request;
                request_valid = 0;
            end
            // How long the engine has been busy, once.
            if (expected_clocks > 0) begin
                n_busy = n_busy + 1;
                if (request_ready || response_valid) begin
                    if (n_busy !== expected_clocks || response_valid !== responding)
                        fail;
                    expected_clocks = 0;
                end
            end
            if (response_valid && (!responding || response_weight !== expected_weight[WEIGHT_BITS-1:0]
                    || response_trace !== expected_trace[TRACE_BITS-1:0]))
                fail;
            response_ready = response_valid && hold == 0;
            if (response_valid && hold > 0)
                hold = hold - 1;
            if (n_requests < REQUESTS && pause == 0) begin
                request_valid = line[10*32 +: 32] < 4;
                if (!request_valid) begin
                    resetting = 1;
                    rst_n <= 0;
                    {response_ready, responding} = 0;
                end
            end
            if (pause > 0)
                pause = pause - 1;
            was_taken = response_ready;
            was_ready = request_ready;
            if (!resetting && n_requests == REQUESTS && expected_clocks == 0 && !responding) begin
                n_requests = n_requests + 1;
                done = 1;
                $display("PASS engine_bench: %0d requests in %0d clocks", REQUESTS, n_clocks);
            end
        end
    end

    task next_request;
        begin
            n_requests = n_requests + 1;
            line = n_requests < REQUESTS ? lines[n_requests] : 0;
            pause = line[2*32 +: 32];
        end
    endtask

    task fail;
        begin
            $display("FAIL engine_bench: request %0d, %0d clocks: %0d %0d instead of %0d %0d", n_requests - 1, n_busy,
                response_weight, response_trace, expected_weight, expected_trace);
            $finish;
        end
    endtask
endmodule
