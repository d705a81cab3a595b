-- Removes what dead hubs left of their clients' presence and publishes each removal: a hub that is alive after all writes
-- its clients again.
-- KEYS: the room's presence.
-- ARGV: presence fields, each with its event behind it.
-- Answers the number of those that were there.
local removed = 0
for i = 1, #ARGV, 2 do
  if redis.call('HDEL', KEYS[1], ARGV[i]) == 1 then
    redis.call('PUBLISH', 'events', ARGV[i + 1])
    removed = removed + 1
  end
end
return removed
