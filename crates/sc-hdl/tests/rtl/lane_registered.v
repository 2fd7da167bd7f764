// A lane between registers, so that a step is a path from registers to registers: what comes from pins and goes to pins has
// no clock that place and route could time. The lane has its defaults.
module lane_registered #(
    parameter WEIGHT_BITS = 16,
    parameter REWARD_BITS = 8
) (
    input wire clk,
    input wire rst_n,
    input wire step_en,
    input wire pre_spike,
    input wire post_spike,
    input wire signed [REWARD_BITS-1:0] reward,
    output reg [WEIGHT_BITS-1:0] current_weight,
    output reg update_done
);
    reg step_en_held, pre_spike_held, post_spike_held;
    reg signed [REWARD_BITS-1:0] reward_held;
    wire [WEIGHT_BITS-1:0] weight;
    wire done;

    sc_online_o1_reward_stdp #(.WEIGHT_BITS(WEIGHT_BITS), .REWARD_BITS(REWARD_BITS)) lane (
        .clk(clk), .rst_n(rst_n), .step_en(step_en_held), .pre_spike(pre_spike_held), .post_spike(post_spike_held),
        .reward(reward_held), .current_weight(weight), .update_done(done)
    );

    always @(posedge clk) begin
        step_en_held <= step_en;
        pre_spike_held <= pre_spike;
        post_spike_held <= post_spike;
        reward_held <= reward;
        current_weight <= weight;
        update_done <= done;
    end
endmodule
