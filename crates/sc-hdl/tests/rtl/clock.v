// The clock of all benches, for simulators that keep the time; `clock.cpp` is the one for Verilator.
module clock #(
    parameter CLOCKS = 3000
);
    reg clk;
    benches benches (.clk(clk));

    initial begin
        clk = 1;
        repeat (2 * CLOCKS + 4) #1 clk = !clk;
    end
endmodule
