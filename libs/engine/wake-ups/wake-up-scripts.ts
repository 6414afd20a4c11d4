/**
 * Two keys beside Bull's own, per topic. `calls`: id of a wake-up → `<instant in ms> <job>`, the only job that may run for it.
 * `epoch`: a random word that is there as long as Redis has lost nothing.
 *
 * Bull refuses a job whose id exists, and cannot remove one that runs: with the wake-up's id as job id, a handler that schedules itself
 * again would be forgotten. So every schedule is a job of its own, and this register tells which of them counts.
 */

/**
 * Makes jobs the ones that count. Keys: calls, epoch. Arguments: word for a new epoch, prefix of Bull's jobs, and of each call id, instant,
 * job, condition. Conditions: `always`; `earlier`: unless another job that exists comes no later; else the entry that must still stand there.
 * Returns the epoch, and of each call 1 or 0 and the entry found.
 */
export const REGISTER = `
redis.call('SET', KEYS[2], ARGV[1], 'NX')
local answer = {redis.call('GET', KEYS[2])}
local function register(id, at, job, condition)
  local found = redis.call('HGET', KEYS[1], id) or ''
  local entry = at .. ' ' .. job
  if condition == 'earlier' then
    local before, other = string.match(found, '^(%-?%d+) (.+)$')
    if before and found ~= entry and tonumber(before) <= tonumber(at) and redis.call('EXISTS', ARGV[2] .. other) == 1 then return 0, found end
  elseif condition ~= 'always' and condition ~= found then
    return 0, found
  end
  redis.call('HSET', KEYS[1], id, entry)
  return 1, found
end
for i = 3, #ARGV, 4 do
  local done, found = register(ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3])
  answer[#answer + 1] = done
  answer[#answer + 1] = found
end
return answer`;

/**
 * Whether jobs count: one does as long as no other one that exists was registered. Keys: calls. Arguments: prefix of Bull's jobs, and of
 * each call id and entry. Returns 1 or 0 of each.
 */
export const COUNTS = `
local answer = {}
for i = 2, #ARGV, 2 do
  local found = redis.call('HGET', KEYS[1], ARGV[i])
  local counts = 0
  if found == ARGV[i + 1] then counts = 1
  elseif found then counts = 1 - redis.call('EXISTS', ARGV[1] .. string.match(found, ' (.+)$')) end
  answer[#answer + 1] = counts
end
return answer`;

/** Forgets calls that have run, unless they were scheduled again meanwhile. Keys: calls. Arguments: of each call id and entry. */
export const DONE = `
local answer = {}
for i = 1, #ARGV, 2 do
  if redis.call('HGET', KEYS[1], ARGV[i]) == ARGV[i + 1] then redis.call('HDEL', KEYS[1], ARGV[i]) end
  answer[#answer + 1] = 1
end
return answer`;
