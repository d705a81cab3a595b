-- Tries on scratch keys what the other scripts rely on, and removes them.
-- KEYS: a scratch log, a scratch mark, a scratch image.
-- ARGV: a scratch channel.
-- Answers one sentence for each thing that the store does not do as RoomTalk needs it; none when all is well.
local lacks = {}

local function expect(what, wanted, ...)
  local reply = redis.pcall(...)
  if type(reply) == 'table' and reply.err then
    lacks[#lacks + 1] = what .. ': ' .. reply.err
  elseif wanted ~= nil and reply ~= wanted then
    lacks[#lacks + 1] = what .. ': answered ' .. tostring(reply) .. ' instead of ' .. tostring(wanted)
  end
  return reply
end

local add = 'XADD with an id 0-*'
expect('XADD NOMKSTREAM on a missing stream', false, 'XADD', KEYS[1], 'NOMKSTREAM', 'MAXLEN', '~', 10, '0-*', 'k', 'x')
expect(add, '0-1', 'XADD', KEYS[1], '0-*', 'k', 'x')
expect(add, '0-2', 'XADD', KEYS[1], 'NOMKSTREAM', 'MAXLEN', '~', 10, '0-*', 'k', 'x')
local range = expect('XRANGE', nil, 'XRANGE', KEYS[1], '0-2', '+', 'COUNT', 2)
if #range ~= 1 or range[1][1] ~= '0-2' then
  lacks[#lacks + 1] = 'XRANGE: did not answer the entry 0-2 alone'
end
expect('XREVRANGE', nil, 'XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)
expect('SET with EX', nil, 'SET', KEYS[2], 'x', 'EX', 60)
expect('HSET', 1, 'HSET', KEYS[3], 'f', 'x')
expect('EXPIRE', 1, 'EXPIRE', KEYS[3], 60)
expect('PERSIST', 1, 'PERSIST', KEYS[3])
expect('PUBLISH in a script', nil, 'PUBLISH', ARGV[1], 'x')
expect('DEL', 3, 'DEL', KEYS[1], KEYS[2], KEYS[3])
return lacks
