/**
 * Two keys beside Bull's own, per topic. `calls`: id of a wake-up → `<instant in ms> <job>`, the only job that may run for it.
 * `epoch`: a random word that is there as long as Redis has lost nothing.
 *
 * Bull refuses a job whose id exists, and cannot remove one that runs: with the wake-up's id as job id, a handler that schedules itself
 * again would be forgotten. So every schedule is a job of its own, and this register tells which of them counts.
 */

/**
 * Makes a job the one that counts. Keys: calls, epoch. Arguments: id, instant, job, condition, word for a new epoch, prefix of Bull's jobs.
 * Conditions: `always`; `earlier`: unless another job that exists comes no later; else the entry that must still stand there.
 * Returns 1 or 0, the entry found, the epoch.
 */
export const REGISTER = `
redis.call('SET', KEYS[2], ARGV[5], 'NX')
local epoch = redis.call('GET', KEYS[2])
local found = redis.call('HGET', KEYS[1], ARGV[1]) or ''
local entry = ARGV[2] .. ' ' .. ARGV[3]
if ARGV[4] == 'earlier' then
  local at, job = string.match(found, '^(%-?%d+) (.+)$')
  if at and found ~= entry and tonumber(at) <= tonumber(ARGV[2]) and redis.call('EXISTS', ARGV[6] .. job) == 1 then
    return {0, found, epoch}
  end
elseif ARGV[4] ~= 'always' and ARGV[4] ~= found then
  return {0, found, epoch}
end
redis.call('HSET', KEYS[1], ARGV[1], entry)
return {1, found, epoch}`;

/** Whether a job counts: it does as long as no other one that exists was registered. Keys: calls. Arguments: id, entry, prefix of Bull's jobs. */
export const COUNTS = `
local found = redis.call('HGET', KEYS[1], ARGV[1])
if not found then return 0 end
if found == ARGV[2] then return 1 end
return 1 - redis.call('EXISTS', ARGV[3] .. string.match(found, ' (.+)$'))`;

/** Forgets a call that has run, unless it was scheduled again meanwhile. Keys: calls. Arguments: id, entry. */
export const DONE = `
if redis.call('HGET', KEYS[1], ARGV[1]) == ARGV[2] then redis.call('HDEL', KEYS[1], ARGV[1]) end
return 1`;
