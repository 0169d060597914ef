-- Steps of 1,000 sequences in turns, N in a request. As arguments: N, and "binary" for binary tensors.
local bodies = {}
local headers = { ["Content-Type"] = "application/json" }

-- 0.5, little-endian: LuaJIT has no string.pack.
local HALF = "\0\0\0\63"

local function one(session)
  local x = {}
  for f = 1, 8 do x[f] = string.format("%.4f", math.sin(session * 8 + f)) end
  return string.format('{"parameters":{"sequence_id":%d},"inputs":[{"name":"features","datatype":"FP32",'
    .. '"shape":[1,1,8],"data":[%s]}]}', session, table.concat(x, ","))
end

local function many(first, n, binary)
  local ids, x = {}, {}
  for i = 0, n - 1 do
    ids[i + 1] = string.format("%d", first + i)
    for f = 1, 8 do x[#x + 1] = binary and HALF or string.format("%.4f", math.sin((first + i) * 8 + f)) end
  end
  local data = binary and '"parameters":{"binary_data_size":' .. 4 * #x .. '}'
    or '"data":[' .. table.concat(x, ",") .. ']'
  local json = string.format('{"inputs":[{"name":"sequence_id","datatype":"UINT64","shape":[%d],"data":[%s]},'
    .. '{"name":"features","datatype":"FP32","shape":[%d,1,8],%s}]}', n, table.concat(ids, ","), n, data)
  return json, binary and table.concat(x) or ""
end

function init(args)
  local n, binary = tonumber(args[1] or "1"), args[2] == "binary"
  for first = 1, 1000 - n + 1, n do
    if n == 1 then
      bodies[#bodies + 1] = wrk.format("POST", nil, headers, one(first))
    else
      local json, data = many(first, n, binary)
      local own = { ["Content-Type"] = "application/octet-stream" }
      if binary then own["Inference-Header-Content-Length"] = tostring(#json) end
      bodies[#bodies + 1] = wrk.format("POST", nil, binary and own or headers, json .. data)
    end
  end
end

local next = 0
function request()
  next = next % #bodies + 1
  return bodies[next]
end

function done(summary, latency)
  local e = summary.errors
  print(string.format("figures: %.0f requests/s, median %.2f ms, p99 %.2f ms, %d errors",
    summary.requests / summary.duration * 1e6, latency:percentile(50) / 1000, latency:percentile(99) / 1000,
    e.status + e.connect + e.read + e.write + e.timeout))
end
