-- SPDX-License-Identifier: BSD-2-Clause
-- SHA-256 (FIPS 180-4) of a text, as hexadecimal digits. About 4 MB a second.
local bit = require("bit")
local band, bxor, ror, rshift, tobit = bit.band, bit.bxor, bit.ror, bit.rshift, bit.tobit

-- The first bits behind the point of the square and cube roots of the first primes.
local initial, k = {}, {}

local function fraction(x)
	return tobit(math.floor((x % 1) * 2 ^ 32))
end

local function is_prime(n)
	for d = 2, math.sqrt(n) do
		if n % d == 0 then
			return false
		end
	end
	return true
end

local candidate = 2
while #k < 64 do
	if is_prime(candidate) then
		k[#k + 1] = fraction(candidate ^ (1 / 3))
		if #k <= 8 then
			initial[#k] = fraction(math.sqrt(candidate))
		end
	end
	candidate = candidate + 1
end

local function padded(s)
	local length = {}
	for i = 1, 8 do
		length[i] = string.char(math.floor(#s * 8 / 256 ^ (8 - i)) % 256)
	end
	return s .. "\128" .. string.rep("\0", (55 - #s) % 64) .. table.concat(length)
end

-- One block of 64 bytes, the first of which is at @at, into the state @h; @w is room for words.
local function block(h, w, s, at)
	for i = 1, 16 do
		local a, b, c, d = string.byte(s, at + i * 4 - 4, at + i * 4 - 1)
		w[i] = tobit(((a * 256 + b) * 256 + c) * 256 + d)
	end
	for i = 17, 64 do
		local x, y = w[i - 15], w[i - 2]
		w[i] = tobit(w[i - 16] + bxor(ror(x, 7), ror(x, 18), rshift(x, 3)) + w[i - 7]
			+ bxor(ror(y, 17), ror(y, 19), rshift(y, 10)))
	end
	local a, b, c, d, e, f, g, hh = unpack(h)
	for i = 1, 64 do
		local t1 = hh + bxor(ror(e, 6), ror(e, 11), ror(e, 25)) + bxor(g, band(e, bxor(f, g))) + k[i] + w[i]
		local t2 = bxor(ror(a, 2), ror(a, 13), ror(a, 22)) + bxor(band(a, bxor(b, c)), band(b, c))
		hh, g, f, e, d, c, b, a = g, f, e, tobit(d + t1), c, b, a, tobit(t1 + t2)
	end
	for i, x in ipairs({ a, b, c, d, e, f, g, hh }) do
		h[i] = tobit(h[i] + x)
	end
end

return function(s)
	local h, w = { unpack(initial) }, {}
	s = padded(s)
	for at = 1, #s, 64 do
		block(h, w, s, at)
	end
	for i = 1, 8 do
		h[i] = bit.tohex(h[i])
	end
	return table.concat(h)
end
