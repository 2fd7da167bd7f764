// Drives a lane through the clocks of a file and compares all of its state with the file after each of them.
//
// A line of lane_bench.hex is a clock: what the inputs are (flags, reward, load_weight), and what the lane holds after it
// (update_done, weight, pre_trace, post_trace, eligibility); 8 hexadecimal digits each.
module lane_bench #(
    parameter WEIGHT_BITS = 16,
    parameter TRACE_BITS = 12,
    parameter REWARD_BITS = 8,
    parameter LEARNING_SHIFT = 4,
    parameter TRACE_DECAY_SHIFT = 4,
    parameter PARAMETERS = 0,  // of the lane: 0 the defaults of its text, 1 from its instantiation, 2 by defparam
    parameter CLOCKS = 3000
) (
    input wire clk
);
    reg rst_n, step_en, load, pre_spike, post_spike;
    reg signed [REWARD_BITS-1:0] reward;
    reg [WEIGHT_BITS-1:0] load_weight;
    wire [WEIGHT_BITS-1:0] current_weight;
    wire update_done;

    wire [WEIGHT_BITS-1:0] weight;
    wire [TRACE_BITS-1:0] pre_trace, post_trace, eligibility;
    generate
        if (PARAMETERS == 0) begin : lane
            sc_online_o1_reward_stdp dut (
                .clk(clk), .rst_n(rst_n), .step_en(step_en), .pre_spike(pre_spike), .post_spike(post_spike),
                .load(load), .load_weight(load_weight),
                .reward(reward), .current_weight(current_weight), .update_done(update_done)
            );
        end else if (PARAMETERS == 1) begin : lane
            sc_online_o1_reward_stdp #(
                .WEIGHT_BITS(WEIGHT_BITS), .TRACE_BITS(TRACE_BITS), .REWARD_BITS(REWARD_BITS),
                .LEARNING_SHIFT(LEARNING_SHIFT), .TRACE_DECAY_SHIFT(TRACE_DECAY_SHIFT)
            ) dut (
                .clk(clk), .rst_n(rst_n), .step_en(step_en), .pre_spike(pre_spike), .post_spike(post_spike),
                .load(load), .load_weight(load_weight),
                .reward(reward), .current_weight(current_weight), .update_done(update_done)
            );
        end else begin : lane
            defparam dut.WEIGHT_BITS = WEIGHT_BITS;
            defparam dut.TRACE_BITS = TRACE_BITS;
            defparam dut.REWARD_BITS = REWARD_BITS;
            defparam dut.LEARNING_SHIFT = LEARNING_SHIFT;
            defparam dut.TRACE_DECAY_SHIFT = TRACE_DECAY_SHIFT;
            sc_online_o1_reward_stdp dut (
                .clk(clk), .rst_n(rst_n), .step_en(step_en), .pre_spike(pre_spike), .post_spike(post_spike),
                .load(load), .load_weight(load_weight),
                .reward(reward), .current_weight(current_weight), .update_done(update_done)
            );
        end
    endgenerate
    assign weight = lane.dut.weight;
    assign pre_trace = lane.dut.pre_trace;
    assign post_trace = lane.dut.post_trace;
    assign eligibility = lane.dut.eligibility;

    reg [8*32-1:0] lines [0:CLOCKS-1];
    reg [8*32-1:0] line;
    initial $readmemh("lane_bench.hex", lines);

    // Inputs change with the falling edge, the lane with the rising one.
    integer n_clocks;
    integer n_failures;
    initial n_clocks = 0;
    initial n_failures = 0;
    always @(negedge clk) begin
        if (n_clocks > 0 && n_clocks <= CLOCKS)
            if ({31'b0, update_done} !== line[4*32 +: 32] || weight !== line[3*32 +: WEIGHT_BITS]
                    || pre_trace !== line[2*32 +: TRACE_BITS] || post_trace !== line[1*32 +: TRACE_BITS]
                    || eligibility !== line[0*32 +: TRACE_BITS] || current_weight !== weight)
                fail;
        if (n_clocks == CLOCKS && n_failures == 0)
            $display("PASS lane_bench: %0d clocks", CLOCKS);
        if (n_clocks < CLOCKS) begin
            line = lines[n_clocks];
            {rst_n, step_en, load, pre_spike, post_spike} <= line[7*32 +: 5];
            reward <= line[6*32 +: REWARD_BITS];
            load_weight <= line[5*32 +: WEIGHT_BITS];
        end
        n_clocks <= n_clocks + 1;
    end

    // A reset does not wait for the rising edge.
    always @(posedge clk)
        if (n_clocks > 0 && !rst_n && {update_done, weight, pre_trace, post_trace, eligibility} != 0)
            fail;

    task fail;
        begin
            n_failures = n_failures + 1;
            if (n_failures == 1)
                $display("FAIL lane_bench: clock %0d: %0d %0d %0d %0d %0d instead of %h", n_clocks,
                    update_done, weight, pre_trace, post_trace, $signed(eligibility), line[5*32-1:0]);
        end
    endtask
endmodule
