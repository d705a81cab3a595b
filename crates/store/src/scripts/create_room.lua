-- Creates a room with its first log entry, adds it to its creator's list and to all rooms, and publishes it.
-- KEYS: the room, its log, the creator's list, the list of all rooms, the layout, and a bucket or none.
-- ARGV: room id, name, description, createdAt, creatorId, createdAt in ms, the room as JSON, the layout that the caller knows;
--       with a bucket, now in µs, its cost and its capacity.
-- Answers {'created'}, {'taken'} when the id is in use, {'limited', µs}, {'newer', layout}, or {'unknown', error} when the
--       room exists but a later step failed.
local found = redis.call('MGET', unpack(KEYS, 5))
if newer(found[1], ARGV[8]) then
  return {'newer', found[1]}
end
local now, filled, wait = tonumber(ARGV[9])
if KEYS[6] then
  filled, wait = take(found[2], now, tonumber(ARGV[10]), tonumber(ARGV[11]), 1)
  if not filled then
    return {'limited', wait}
  end
end
-- Of a log that is there the first place is gone, so that nobody need ask whether it is.
local id = redis.pcall('XADD', KEYS[2], '0-1', 'k', 'created', 'id', ARGV[1], 'm', ARGV[7])
if type(id) == 'table' and id.err then
  if string.find(id.err, 'equal or smaller', 1, true) then
    return {'taken'}
  end
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
  try('SET', KEYS[6], string.format('%.0f', filled), 'PX', life(filled, now))
end
try('PUBLISH', 'events', '{"kind":"room","clientId":"' .. ARGV[5] .. '","room":' .. ARGV[7] .. '}')
if failed then
  return {'unknown', failed}
end
return {'created'}
