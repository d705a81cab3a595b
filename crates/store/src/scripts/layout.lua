-- Put before the scripts that read the store's layout, along with what they read anyway or alone.

-- Whether a layout, as it was read, is one that the caller does not know. A store without it is older than the key.
local function newer(layout, known)
  return layout and not (tonumber(layout) and tonumber(layout) <= tonumber(known))
end

