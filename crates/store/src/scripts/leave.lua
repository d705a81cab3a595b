-- Removes a client's presence on a hub and publishes that, once.
-- KEYS: the room's presence.
-- ARGV: the presence field, the event.
-- Answers 1, or 0 when the client was not there.
if redis.call('HDEL', KEYS[1], ARGV[1]) == 0 then
  return 0
end
redis.call('PUBLISH', 'events', ARGV[2])
return 1
