-- SPDX-License-Identifier: BSD-2-Clause
-- A library: neither listed nor run.
return {
	double = function(n)
		return 2 * n
	end,
}
