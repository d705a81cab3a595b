-- Token buckets as domain::Rate has them, put before the scripts that need them. A bucket is the time in µs at which it will
-- be full; one that is not there, or lies in the past, is full. Gives the new time, or nil and the µs to wait.
local function take(full_at, now, cost, capacity, amount)
  local most = now + capacity
  local known = tonumber(full_at or 0) or 0
  -- So far ahead is no other machine's clock: this one was set back since.
  if known > most + 60000000 then
    known = now
  end
  local filled = math.min(math.max(known, now), most) + cost * amount
  if filled > most then
    return nil, string.format('%.0f', filled - most)
  end
  return filled
end

-- How long a bucket must be kept, in ms.
local function life(full_at, now)
  return math.max(1, math.ceil((full_at - now) / 1000))
end
