-- Creates a room with its first log entry, adds it to its creator's list and to all rooms, and publishes it.
-- KEYS: the room, its log, the creator's list, the list of all rooms, and a bucket or none.
-- ARGV: room id, name, description, createdAt, creatorId, createdAt in ms, the room as JSON; with a bucket, now in µs, its
--       cost and its capacity.
-- Answers {'created'}, {'taken'} when the id is in use, {'limited', µs}, or {'unknown', error} when the room exists but a
--       later step failed.
if redis.call('EXISTS', KEYS[1], KEYS[2]) > 0 then
  return {'taken'}
end
local now, filled, wait = tonumber(ARGV[8])
if KEYS[5] then
  filled, wait = take(redis.call('GET', KEYS[5]), now, tonumber(ARGV[9]), tonumber(ARGV[10]), 1)
  if not filled then
    return {'limited', wait}
  end
end
local id = redis.pcall('XADD', KEYS[2], '0-*', 'k', 'created', 'id', ARGV[1], 'm', ARGV[7])
if type(id) == 'table' and id.err then
  return id
end

local failed
local function try(...)
  local reply = redis.pcall(...)
  if type(reply) == 'table' and reply.err then
    failed = failed or reply.err
  end
end
try('HSET', KEYS[1], 'name', ARGV[2], 'description', ARGV[3], 'createdAt', ARGV[4], 'creatorId', ARGV[5])
try('ZADD', KEYS[3], ARGV[6], ARGV[1])
try('ZADD', KEYS[4], ARGV[6], ARGV[1])
if filled then
  try('SET', KEYS[5], string.format('%.0f', filled), 'PX', life(filled, now))
end
try('PUBLISH', 'events', '{"kind":"room","clientId":"' .. ARGV[5] .. '","room":' .. ARGV[7] .. '}')
if failed then
  return {'unknown', failed}
end
return {'created'}
