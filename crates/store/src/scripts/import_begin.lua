-- Begins to bring a room in from elsewhere, in a log that nobody sees yet, or tells how far that came.
-- KEYS: the room, its log, the log that nobody sees yet, how far it came, the layout.
-- ARGV: room id, the room as JSON, the position at which the old room's messages begin, the layout that the caller knows.
-- Answers {'staged', how far} while nobody sees it, {'open', how far} when everybody does, {'taken'} when there is a room of
--       this id that was not brought in, or {'newer', layout}.
local mark, layout = unpack(redis.call('MGET', KEYS[4], KEYS[5]))
if newer(layout, ARGV[4]) then
  return {'newer', layout}
end
local staged, open = redis.call('EXISTS', KEYS[3]) == 1, redis.call('EXISTS', KEYS[2]) == 1
if mark and staged then
  return {'staged', mark}
end
if mark and open then
  return {'open', mark}
end
if open or redis.call('EXISTS', KEYS[1]) == 1 then
  return {'taken'}
end
-- One without the other is what a beginning left that failed half-way, or a store that went back.
redis.call('DEL', KEYS[3])
redis.call('XADD', KEYS[3], '0-1', 'k', 'created', 'id', ARGV[1], 'm', ARGV[2])
mark = ARGV[3] .. ':' .. ARGV[3] .. ':1'
redis.call('SET', KEYS[4], mark)
return {'staged', mark}
