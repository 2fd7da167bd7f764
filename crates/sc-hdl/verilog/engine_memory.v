// Words of a sc_online_o1_engine in block memory: one is read and one written in every clock. What is read while it is
// written is nobody's business, which leaves the choice of a memory to the chip.
module sc_online_o1_engine_memory #(
    parameter BITS = 16,
    parameter ADDRESS_BITS = 8
) (
    input wire clk,
    input wire [ADDRESS_BITS-1:0] read_address,
    output reg [BITS-1:0] read_data,
    input wire write,
    input wire [ADDRESS_BITS-1:0] write_address,
    input wire [BITS-1:0] write_data
);
    reg [BITS-1:0] words [0:(1<<ADDRESS_BITS)-1];

    always @(posedge clk) begin
        if (write)
            words[write_address] <= write_data;
        read_data <= words[read_address];
        if (write && read_address == write_address)
            read_data <= {BITS{1'bx}};
    end
endmodule
