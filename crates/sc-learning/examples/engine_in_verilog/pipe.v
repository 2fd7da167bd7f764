// An engine behind a pipe: requests are lines of standard input, responses are lines of standard output.
//
// A request is eight hexadecimal numbers: verb, target, row, group, lane, weight, trace, reward, as engine.v describes them.
// A response is weight and trace in hexadecimal, and in decimal the clocks since the beginning. The clock stands still while
// there is nothing to do. The end of the input ends the simulation.
module pipe #(
    parameter WEIGHT_BITS = 16,
    parameter TRACE_BITS = 12,
    parameter REWARD_BITS = 8,
    parameter LANE_BITS = 1,
    parameter ROW_BITS = 4,
    parameter GROUP_BITS = 1,
    parameter PATIENCE = 1000  // clocks that a request may take
);
    localparam STDIN = 32'h8000_0000;
    localparam READ = 3;

    reg clk, rst_n, request_valid, response_ready;
    reg [31:0] verb, target, row, group, lane, weight, trace, reward;
    wire request_ready, response_valid;
    wire [WEIGHT_BITS-1:0] response_weight;
    wire [TRACE_BITS-1:0] response_trace;
    sc_online_o1_engine engine (
        .clk(clk), .rst_n(rst_n), .request_valid(request_valid), .request_ready(request_ready),
        .request_verb(verb[1:0]), .request_target(target[1:0]), .request_row(row[ROW_BITS-1:0]),
        .request_group(group[GROUP_BITS-1:0]), .request_lane(lane[LANE_BITS-1:0]),
        .request_weight(weight[WEIGHT_BITS-1:0]), .request_trace(trace[TRACE_BITS-1:0]),
        .request_reward(reward[REWARD_BITS-1:0]), .response_valid(response_valid), .response_ready(response_ready),
        .response_weight(response_weight), .response_trace(response_trace)
    );

    integer n_clocks, n_waited, n_numbers;
    initial begin
        {clk, rst_n, request_valid, response_ready} = 0;
        n_clocks = 0;
        tick;
        rst_n = 1;
        next_line;
        while (n_numbers == 8) begin
            n_waited = 0;
            while (request_ready !== 1'b1)
                wait_a_clock;
            request_valid = 1;
            tick;
            request_valid = 0;
            if (verb == READ) begin
                n_waited = 0;
                while (response_valid !== 1'b1)
                    wait_a_clock;
                $display("%h %h %0d", response_weight, response_trace, n_clocks);
                $fflush;
                response_ready = 1;
                tick;
                response_ready = 0;
            end
            next_line;
        end
        if (n_numbers > 0 || !$feof(STDIN))
            $display("error: a request of %0d numbers, not 8", n_numbers);
        $finish;
    end

    task next_line;
        n_numbers = $fscanf(STDIN, "%h %h %h %h %h %h %h %h", verb, target, row, group, lane, weight, trace, reward);
    endtask

    // Inputs change while the clock is low.
    task tick;
        begin
            #1 clk = 1;
            #1 clk = 0;
            n_clocks = n_clocks + 1;
        end
    endtask

    task wait_a_clock;
        begin
            tick;
            n_waited = n_waited + 1;
            if (n_waited > PATIENCE) begin
                $display("error: verb %0d, target %0d: the engine does not answer", verb, target);
                $finish;
            end
        end
    endtask
endmodule
