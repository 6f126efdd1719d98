#pragma once

namespace wattloop {

/// Lower Cholesky factor of the first `columns` rows of a front (rows x columns, by column), with the rows below
/// divided by it. Returns a column whose pivot is not above its least, or -1.
int factorise_panel(double* panel, int rows, int columns, const double* least);

/// update -= B B^T, lower triangle by column, where B is what lies below the pivots of a panel that is factorised.
void subtract_square(double* update, const double* panel, int rows, int columns);

}  // namespace wattloop
