-- Shows a room that was brought in to everybody, at one moment: its log gets its name, and the lists name the room. Tells nobody.
-- KEYS: the room, its log, the log that nobody sees yet, the creator's list, the list of all rooms.
-- ARGV: room id, name, description, createdAt, creatorId, createdAt in ms.
-- Answers {'opened'}, or {'gone'} when there is no such log.
if redis.call('EXISTS', KEYS[3]) == 0 or redis.call('EXISTS', KEYS[2]) == 1 then
  return {'gone'}
end
redis.call('HSET', KEYS[1], 'name', ARGV[2], 'description', ARGV[3], 'createdAt', ARGV[4], 'creatorId', ARGV[5])
redis.call('ZADD', KEYS[4], ARGV[6], ARGV[1])
redis.call('ZADD', KEYS[5], ARGV[6], ARGV[1])
redis.call('RENAME', KEYS[3], KEYS[2])
return {'opened'}
