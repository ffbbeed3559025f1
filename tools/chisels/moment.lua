-- SPDX-License-Identifier: BSD-2-Clause
-- For chisels that tell the state of one moment: that of the first event that passes the user's
-- filter, and lies behind --from; or the end, if none does.
local moment = {}

function moment.tell(list)
	local told = false

	function on_event()
		if not told then
			told = true
			list()
		end
		sysdig.end_capture()
		return true
	end

	function on_capture_end()
		if not told then
			list()
		end
		told = false
	end
end

-- The only argument of such a chisel, a filter of descriptors.
function moment.filter_argument()
	local filter

	args = {
		{
			name = "filter",
			description = "only descriptors for which it is true, and processes that have some",
			argtype = "filter",
			optional = true,
		},
	}
	function on_set_arg(name, value)
		filter = value
		return true
	end
	return function()
		return filter
	end
end

function moment.sorted(t)
	local keys = {}
	for k in pairs(t) do
		keys[#keys + 1] = k
	end
	table.sort(keys)
	return keys
end

return moment
