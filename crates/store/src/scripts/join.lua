-- Writes the presence of a further client on a hub that shows the room already, and publishes that, once.
-- KEYS: the room's presence.
-- ARGV: the presence field, the event.
-- Answers 1, or 0 when the client was there.
if redis.call('HSET', KEYS[1], ARGV[1], '1') == 0 then
  return 0
end
redis.call('PUBLISH', 'events', ARGV[2])
return 1
