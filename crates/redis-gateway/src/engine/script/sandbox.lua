-- What scripts see. The argument holds the functions that Rust gives.
local native = ...
local error, getmetatable, next, pairs, pcall, rawget, rawset, setfenv, setmetatable, tostring, type, xpcall =
    error, getmetatable, next, pairs, pcall, rawget, rawset, setfenv, setmetatable, tostring, type, xpcall
local loadstring, collectgarbage, find, concat, unpack = loadstring, collectgarbage, string.find, table.concat, unpack

-- Standard Lua has no read-only tables: scripts get an empty table in front of each shared one.
local behind = setmetatable({}, { __mode = 'k' })

local function refuse()
    error('Attempt to modify a readonly table', 2)
end

local function readonly(real)
    local front = setmetatable({}, { __index = real, __newindex = refuse, __metatable = false })
    behind[front] = real
    return front
end

-- A shared table with these functions of Rust.
local function library(names, values)
    local real = values or {}
    for _, name in pairs(names) do
        real[name] = native[name]
    end
    return readonly(real), real
end

-- Errors of Rust functions are objects of their own kind until a script sees them.
local function shown(ok, failure, ...)
    if not ok and type(failure) == 'userdata' then
        failure = native.unwrap(failure)
    end
    return ok, failure, ...
end

local redis = library({ 'call', 'pcall', 'sha1hex', 'log', 'error_reply', 'status_reply', 'setresp' }, {
    LOG_DEBUG = 0, LOG_VERBOSE = 1, LOG_NOTICE = 2, LOG_WARNING = 3,
    REPL_NONE = 0, REPL_AOF = 1, REPL_SLAVE = 2, REPL_REPLICA = 2, REPL_ALL = 3,
    REDIS_VERSION = '7.0.15', REDIS_VERSION_NUM = 0x0007000f,
    replicate_commands = function() return true end,
    set_repl = function() end,
    breakpoint = function() return false end,
    acl_check_cmd = function() return true end,
})

local globals = {
    redis = redis,
    cjson = (library({ 'encode', 'decode' }, { null = native.null, _NAME = 'cjson', _VERSION = '2.1.0' })),
    bit = (library({ 'tobit', 'tohex', 'bnot', 'band', 'bor', 'bxor', 'lshift', 'rshift', 'arshift', 'rol', 'ror', 'bswap' })),
    string = readonly(string), table = readonly(table), math = readonly(math), coroutine = readonly(coroutine),
    _VERSION = _VERSION,
    assert = assert, error = error, ipairs = ipairs, rawequal = rawequal, select = select,
    tonumber = tonumber, tostring = tostring, type = type, unpack = unpack, gcinfo = gcinfo,
    getmetatable = getmetatable, setmetatable = setmetatable,
}
string.dump = nil
local resume = coroutine.resume
coroutine.resume = function(...)
    return shown(resume(...))
end
globals.pcall = function(...)
    return shown(pcall(...))
end
globals.xpcall = function(call, handler)
    return xpcall(call, function(failure)
        local _, seen = shown(false, failure)
        return handler(seen)
    end)
end
getmetatable('').__metatable = false

globals.next = function(t, key)
    return next(behind[t] or t, key)
end
globals.pairs = function(t)
    local real = behind[t]
    if real then
        return function(_, key) return next(real, key) end, t, nil
    end
    return pairs(t)
end
globals.rawget = function(t, key)
    return rawget(behind[t] or t, key)
end
globals.rawset = function(t, key, value)
    if behind[t] then
        refuse()
    end
    return rawset(t, key, value)
end
globals.setfenv = function(target, env)
    if target == 0 then
        error('cannot change the environment of given object', 2)
    end
    return setfenv(type(target) == 'number' and target + 1 or target, env)
end
globals.collectgarbage = function(what, value)
    if what == nil or what == 'collect' or what == 'count' or what == 'step' then
        return collectgarbage(what or 'collect', value)
    end
    return 0
end

local env = readonly(globals)
globals._G = env
setmetatable(globals, {
    __index = function(_, name)
        error("Script attempted to access nonexistent global variable '" .. tostring(name) .. "'", 2)
    end,
})

globals.loadstring = function(text, name)
    if type(text) == 'string' and find(text, '^\27') then
        return nil, 'bytecode is not allowed'
    end
    local chunk, failure = loadstring(text, name)
    if chunk then
        setfenv(chunk, env)
    end
    return chunk, failure
end
globals.load = function(piece, name)
    local parts = {}
    while true do
        local part = piece()
        if part == nil or part == '' then
            return globals.loadstring(concat(parts), name or '=(load)')
        end
        parts[#parts + 1] = part
    end
end

local function handler(failure)
    local _
    _, failure = shown(false, failure)
    if type(failure) ~= 'table' then
        failure = { err = 'ERR ' .. tostring(failure) }
    end
    local line = native.line()
    if line then
        rawset(failure, 'line', line)
    end
    return failure
end

-- Whether a table is a list of at most 16 strings and numbers, without holes and without other fields.
local function flat(list)
    local count = 0
    for key, item in next, list do
        count = count + 1
        if type(key) ~= 'number' or type(item) ~= 'string' and type(item) ~= 'number' or count > 16 then
            return false
        end
    end
    return count == #list
end

-- Runs a compiled script with its keys and arguments. Gives whether it succeeded, its result, and the items of a result
-- that is a flat list, as most are: so they need not be asked for one by one.
local function run(script, keys, arguments)
    rawset(globals, 'KEYS', keys)
    rawset(globals, 'ARGV', arguments)
    local ok, result = xpcall(script, handler)
    if ok and type(result) == 'table' and flat(result) then
        return ok, result, unpack(result)
    end
    return ok, result
end

return env, run
