-- Stores an image for some time; one that a message names already stays for good.
-- KEYS: the room's log, the image, and a key for buckets or none.
-- ARGV: mimeType, width, height, bytes, data in base64, seconds to live; with buckets, now in µs, then cost, capacity and
--       amount of each.
-- Answers {'stored', the seconds that the image had to live before, as TTL gives them}, {'no room'}, or {'limited', µs}.
if redis.call('EXISTS', KEYS[1]) == 0 then
  return {'no room'}
end
if KEYS[3] then
  -- The buckets lie in one key, with colons between them: one read and one write for all of them.
  local now, longest = tonumber(ARGV[7]), 0
  local buckets, filled = string.gmatch(redis.call('GET', KEYS[3]) or '', '%d+'), {}
  for place = 8, #ARGV, 3 do
    local full_at, wait = take(buckets(), now, tonumber(ARGV[place]), tonumber(ARGV[place + 1]), tonumber(ARGV[place + 2]))
    if not full_at then
      return {'limited', wait}
    end
    filled[#filled + 1] = string.format('%.0f', full_at)
    longest = math.max(longest, full_at)
  end
  redis.call('SET', KEYS[3], table.concat(filled, ':'), 'PX', life(longest, now))
end
local ttl = redis.call('TTL', KEYS[2])
if ttl == -2 then
  redis.call('HSET', KEYS[2], 'mimeType', ARGV[1], 'width', ARGV[2], 'height', ARGV[3], 'bytes', ARGV[4], 'data', ARGV[5])
end
if ttl ~= -1 then
  redis.call('EXPIRE', KEYS[2], ARGV[6])
end
return {'stored', tostring(ttl)}
