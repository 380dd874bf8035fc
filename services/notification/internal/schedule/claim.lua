-- KEYS: the set, the owners. ARGV: now, the end of the lease, how many, who asks.
local ids = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, ARGV[3])
if #ids > 0 then
  local leases, held = {}, {}
  for _, id in ipairs(ids) do
    leases[#leases + 1] = ARGV[2]
    leases[#leases + 1] = id
    held[#held + 1] = id
    held[#held + 1] = ARGV[4]
  end
  redis.call('ZADD', KEYS[1], unpack(leases))
  redis.call('HSET', KEYS[2], unpack(held))
end
return ids
