-- For wrk: reports of 16 agents in turn, and the figures as one line of JSON at the end.

local AGENTS = 16
local requests = {}
local sent = 0

function init()
  local at = os.date("!%Y-%m-%dT%H:%M:%S")
  local headers = { ["Content-Type"] = "application/json" }
  for agent = 0, AGENTS - 1 do
    local body = string.format(
      '{"agent_name":"noop_%d","metrics":{"begun_at_ms":1795305600000.125,"rows":3,"ratio":0.25,"complete":true,'
        .. '"city":"Málaga"},"started_at":"%s.000Z","finished_at":"%s.250Z","error":null}',
      agent, at, at
    )
    requests[agent] = wrk.format("POST", "/metrics", headers, body)
  end
end

function request()
  sent = sent + 1
  return requests[sent % AGENTS]
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '\n{"requests":%d,"microseconds":%d,"refused":%d,"lost":%d,"p50":%d,"p95":%d,"p99":%d}\n',
    summary.requests, summary.duration, errors.status, errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50), latency:percentile(95), latency:percentile(99)
  ))
end
