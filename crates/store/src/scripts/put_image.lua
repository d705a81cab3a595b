-- Stores an image for some time; one that a message names already stays for good.
-- KEYS: the room's log, the image, the layout, and a key for buckets or none.
-- ARGV: mimeType, width, height, bytes, data in base64, seconds to live, the layout that the caller knows; with buckets, now
--       in µs, then cost, capacity and amount of each.
-- Answers {'stored'}, {'stored', 'named'} when a message names it, {'no room'}, {'newer', layout}, or {'limited', µs}.
local found = redis.call('MGET', unpack(KEYS, 3))
if newer(found[1], ARGV[7]) then
  return {'newer', found[1]}
end
local there = redis.call('EXISTS', KEYS[1], KEYS[2])
if there == 0 then
  return {'no room'}
end
if KEYS[4] then
  -- The buckets lie in one key, with colons between them: one read and one write for all of them.
  local now, longest = tonumber(ARGV[8]), 0
  local buckets, filled = string.gmatch(found[2] or '', '%d+'), {}
  for place = 9, #ARGV, 3 do
    local full_at, wait = take(buckets(), now, tonumber(ARGV[place]), tonumber(ARGV[place + 1]), tonumber(ARGV[place + 2]))
    if not full_at then
      return {'limited', wait}
    end
    filled[#filled + 1] = string.format('%.0f', full_at)
    longest = math.max(longest, full_at)
  end
  redis.call('SET', KEYS[4], table.concat(filled, ':'), 'PX', life(longest, now))
end
if there == 2 then
  if redis.call('TTL', KEYS[2]) == -1 then
    return {'stored', 'named'}
  end
  redis.call('EXPIRE', KEYS[2], ARGV[6])
  return {'stored'}
end
local new = redis.call('HSET', KEYS[2], 'mimeType', ARGV[1], 'width', ARGV[2], 'height', ARGV[3], 'bytes', ARGV[4], 'data', ARGV[5])
if new == 0 then
  -- The image is the one that was there.
  return {'no room'}
end
redis.call('EXPIRE', KEYS[2], ARGV[6])
return {'stored'}
