-- KEYS: the set, the owners. ARGV, four for each: the entry, the end of its lease, who holds it, when it is due again (empty:
-- never). Returns 1 for each whose lease was held, else 0.
local answers = {}
for i = 1, #ARGV, 4 do
  local id, at = ARGV[i], ARGV[i + 3]
  local held = 0
  if redis.call('HGET', KEYS[2], id) == ARGV[i + 2] then
    redis.call('HDEL', KEYS[2], id)
    if tonumber(redis.call('ZSCORE', KEYS[1], id) or '') == tonumber(ARGV[i + 1]) then
      held = 1
      if at == '' then
        redis.call('ZREM', KEYS[1], id)
      else
        redis.call('ZADD', KEYS[1], at, id)
      end
    end
  end
  answers[#answers + 1] = held
end
return answers
