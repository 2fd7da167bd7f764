// A signed number in digits -1, 0, 1, 2 of base 4, and a highest one from -2 to 2: three bits each in two's complement, but that
// 100 is -0.
module sc_online_o1_engine_digits #(
    parameter BITS = 8,
    parameter DIGITS = 4               // half of BITS, rounded up
) (
    input wire signed [BITS-1:0] number,
    output reg [3*DIGITS-1:0] digits
);
    wire [BITS:0] extended = {number[BITS-1], number};
    reg carry, high, low;
    integer i;
    always @* begin
        carry = 1'b0;
        for (i = 0; i < DIGITS; i = i + 1) begin
            {high, low} = extended[2*i +: 2];
            // Two bits and a carry are 0 to 4: 3 is -1 and 4 is 0, and the next digit has one more. The highest two bits are
            // -2 to 1, and -1 and a carry is -0.
            digits[3*i] = low ^ carry;
            digits[3*i+1] = high ^ (low && carry);
            digits[3*i+2] = i == DIGITS - 1 ? extended[BITS] : high && low ^ carry;
            carry = high && (low || carry);
        end
    end
endmodule

// The product of a number and digits, two clocks later, without a multiplier: what a digit makes of the number is one choice
// for each bit, since -number = ~number + 1. Digits are added up in pairs, then all pairs. Wherever something is moved up by
// some places, these can be filled with ones, and one more added, which is the missing 1; the one of the lowest digit is
// left to who uses the product.
module sc_online_o1_engine_product #(
    parameter BITS = 12,
    parameter DIGITS = 4
) (
    input wire clk,
    input wire [3*DIGITS-1:0] digits,
    input wire signed [BITS-1:0] number,
    output reg [BITS+4*((DIGITS+1)/2)-1:0] product,
    output wire add_one
);
    function [BITS:0] multiple(input [2:0] digit, input [BITS-1:0] x);
        multiple = (digit[0] ? {x[BITS-1], x} : digit[1] ? {x, 1'b0} : {BITS+1{1'b0}}) ^ {BITS+1{digit[2]}};
    endfunction

    // All sums have an unused bit below, from which the carry comes.
    localparam PAIRS = (DIGITS + 1) / 2;
    localparam PAIR_BITS = BITS + 4;
    localparam SUM_BITS = BITS + 4 * PAIRS;
    wire [(SUM_BITS+1)*PAIRS-1:0] moved;
    genvar k;
    generate
        for (k = 0; k < PAIRS; k = k + 1) begin : pairs
            wire [2:0] low_digit = digits[6*k +: 3];
            wire [2:0] high_digit;
            if (2 * k + 1 < DIGITS) assign high_digit = digits[6*k+3 +: 3];
            else assign high_digit = 3'b000;
            wire [BITS:0] low = multiple(low_digit, number);
            wire [BITS:0] high = multiple(high_digit, number);
            reg [PAIR_BITS-1:0] pair;
            reg unused;
            always @(posedge clk)
                {pair, unused} <= {{3{low[BITS]}}, low, 1'b1} + {high[BITS], high, {3{high_digit[2]}}};

            wire one = low_digit[2];
            wire [SUM_BITS:0] moved_pair;
            if (k == PAIRS - 1) assign moved_pair = {pair, {4*k+1{one}}};
            else assign moved_pair = {{4*(PAIRS-1-k){pair[PAIR_BITS-1]}}, pair, {4*k+1{one}}};
            assign moved[(SUM_BITS+1)*k +: SUM_BITS+1] = moved_pair;
        end
    endgenerate

    reg [SUM_BITS-1:0] sum;
    reg unused;
    integer i;
    always @* begin
        {sum, unused} = moved[SUM_BITS:0];
        for (i = 1; i < PAIRS; i = i + 1)
            {sum, unused} = {sum, 1'b1} + moved[(SUM_BITS+1)*i +: SUM_BITS+1];
    end
    always @(posedge clk) product <= sum;
    assign add_one = digits[2];
endmodule
