-- Appends messages of an old room in their order, each once, and tells nobody.
-- KEYS: the log (seen by nobody yet, or by all), how far it came, the layout, one key per image.
-- ARGV: how far it came as the caller knows it, how far it comes by this, seq of the newest entry, the layout that the caller
--       knows, then id and JSON of each message.
-- Answers {'stored'}, {'moved', how far} when it came to another place meanwhile, {'no image'}, {'newer', layout}, or {'used'}
--       when the log goes on with something else, or is gone; then nothing more was appended.
local mark, layout = unpack(redis.call('MGET', KEYS[2], KEYS[3]))
if newer(layout, ARGV[4]) then
  return {'newer', layout}
end
if mark ~= ARGV[1] then
  return {'moved', mark or ''}
end
for i = 4, #KEYS do
  if redis.call('EXISTS', KEYS[i]) == 0 then
    return {'no image'}
  end
end
for i = 4, #KEYS do
  redis.call('PERSIST', KEYS[i])
end
local seq = tonumber(ARGV[3])
for i = 5, #ARGV, 2 do
  seq = seq + 1
  local id = string.format('0-%.0f', seq)
  local added = redis.pcall('XADD', KEYS[1], 'NOMKSTREAM', id, 'k', 'message', 'id', ARGV[i], 'm', ARGV[i + 1])
  if not added then
    return {'used'}
  end
  if type(added) == 'table' and added.err then
    -- Appended before, by a try that failed before it could say so; or the place is another message's.
    local entry = redis.call('XRANGE', KEYS[1], id, id)[1]
    if not entry then
      return added
    end
    if entry[2][4] ~= ARGV[i] or entry[2][6] ~= ARGV[i + 1] then
      return {'used'}
    end
  end
end
redis.call('SET', KEYS[2], ARGV[2])
return {'stored'}
