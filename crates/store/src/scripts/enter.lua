-- Writes a client's presence, publishes it, and reads all that its hub needs to show the room, at one moment.
-- KEYS: the room, its log, its presence.
-- ARGV: the presence field, entries to read, the event.
-- Answers {room's fields, presence fields, newest entries}, or nil when there is no such room.
local room = redis.call('HGETALL', KEYS[1])
if #room == 0 then
  return false
end
local entries = redis.call('XREVRANGE', KEYS[2], '+', '-', 'COUNT', ARGV[2])
redis.call('HSET', KEYS[3], ARGV[1], '1')
redis.call('PUBLISH', 'events', ARGV[3])
return {room, redis.call('HKEYS', KEYS[3]), entries}
