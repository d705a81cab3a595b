-- Appends a message to a room's log and publishes it; an id that was used before answers the first result.
-- KEYS: the log; the id's mark, when the sender chose the id; one key per image, in order; one per bucket; the layout, when it
--       is to be read.
-- ARGV: history, message id, JSON before the images, JSON after them, room id, client id, fingerprint ('' without a
--       mark), now in µs, number of images, layout that the caller knows ('' without its key), one image id per image key,
--       then cost and capacity per bucket key; then the trace that the append belongs to, if it is kept, which hubs are told
--       and the log is not.
-- Answers {'stored', seq, images JSON}, {'repeated', seq, message JSON}, {'reused'}, {'forgotten'}, {'no room'},
--       {'no image'}, {'limited', µs}, {'newer', layout}, or {'unknown', error} when the message is in the log but a later
--       step failed.
local log, first = KEYS[1], ARGV[7] ~= '' and 3 or 2
local now, images_named = tonumber(ARGV[8]), tonumber(ARGV[9])
local first_bucket = first + images_named
local last_bucket = #KEYS
if ARGV[10] ~= '' then
  last_bucket = last_bucket - 1
end

local function seq_of(id)
  return id:match('%-(%d+)$')
end

-- The mark, all buckets and the layout, by one command.
local wanted = {}
if ARGV[7] ~= '' then
  wanted[1] = KEYS[2]
end
for i = first_bucket, #KEYS do
  wanted[#wanted + 1] = KEYS[i]
end
local found = {}
if #wanted > 0 then
  found = redis.call('MGET', unpack(wanted))
end
if ARGV[10] ~= '' and newer(found[#wanted], ARGV[10]) then
  return {'newer', found[#wanted]}
end

if ARGV[7] ~= '' then
  local mark = table.remove(found, 1)
  if mark then
    local client, seq, fingerprint = mark:match('^([^:]*):(%d+):(.*)$')
    if client ~= ARGV[6] or fingerprint ~= ARGV[7] then
      return {'reused'}
    end
    local entry = redis.call('XRANGE', log, '0-' .. seq, '0-' .. seq)[1]
    if entry and entry[2][4] == ARGV[2] then
      return {'repeated', seq, entry[2][6]}
    end
    if not entry then
      local newest = redis.call('XREVRANGE', log, '+', '-', 'COUNT', 1)[1]
      if newest and tonumber(seq_of(newest[1])) >= tonumber(seq) then
        return {'forgotten'}
      end
    end
    -- The store went back to a time before the message, and the mark did not: the message is new again.
  end
end

-- A retry of what is stored was answered above and is not counted.
local filled = {}
for i = first_bucket, last_bucket do
  local bucket = i - first_bucket
  local place = 11 + images_named + 2 * bucket
  local full_at, wait = take(found[bucket + 1], now, tonumber(ARGV[place]), tonumber(ARGV[place + 1]), 1)
  if not full_at then
    return {'limited', wait}
  end
  filled[i] = full_at
end

local images = {}
for i = 11, 10 + images_named do
  local meta = redis.call('HMGET', KEYS[first + i - 11], 'mimeType', 'width', 'height', 'bytes')
  if not (meta[1] and meta[2] and meta[3] and meta[4]) then
    return {'no image'}
  end
  images[#images + 1] = '{"id":"' .. ARGV[i] .. '","url":"/api/rooms/' .. ARGV[5] .. '/images/' .. ARGV[i]
    .. '","mimeType":"' .. meta[1] .. '","width":' .. meta[2] .. ',"height":' .. meta[3] .. ',"bytes":' .. meta[4] .. '}'
end
local list = ''
if #images > 0 then
  list = ',"images":[' .. table.concat(images, ',') .. ']'
end
local message = ARGV[3] .. list .. ARGV[4]

-- The first write. Redis keeps what a failed script wrote, so nothing may be written before this can no longer fail.
local id = redis.pcall('XADD', log, 'NOMKSTREAM', 'MAXLEN', '~', ARGV[1], '0-*',
  'k', 'message', 'id', ARGV[2], 'm', message)
if not id then
  return {'no room'}
end
if type(id) == 'table' and id.err then
  return id
end
local seq = seq_of(id)

local failed
local function try(...)
  local reply = redis.pcall(...)
  if type(reply) == 'table' and reply.err then
    failed = failed or reply.err
  end
end
if ARGV[7] ~= '' then
  try('SET', KEYS[2], ARGV[6] .. ':' .. seq .. ':' .. ARGV[7], 'EX', 86400)
end
for i = first, first_bucket - 1 do
  try('PERSIST', KEYS[i])
end
for i = first_bucket, last_bucket do
  try('SET', KEYS[i], string.format('%.0f', filled[i]), 'PX', life(filled[i], now))
end
local trace = ARGV[11 + images_named + 2 * (last_bucket + 1 - first_bucket)]
try('PUBLISH', 'events', '{"kind":"message","roomId":"' .. ARGV[5] .. '","seq":' .. seq
  .. ',"message":' .. message:sub(1, -2) .. ',"seq":' .. seq .. '}'
  .. (trace and ',"traceparent":"' .. trace .. '"' or '') .. '}')
if failed then
  return {'unknown', failed}
end
return {'stored', seq, list}
