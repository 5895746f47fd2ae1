local Inventory = {}
Inventory.__index = Inventory

--- Make an inventory with so much room.
function Inventory.new(room)
  local self = setmetatable({}, Inventory)
  self.items = {}
  self.room = room or 8
  return self
end

function Inventory:add(name, count)
  if count <= 0 then
    error(("no %s to add (%d)"):format(name, count))
  elseif self:size() >= self.room then
    return false, "full"
  end
  self.items[name] = (self.items[name] or 0) + count
  return true
end

function Inventory:size()
  local total = 0
  for _ in pairs(self.items) do
    total = total + 1
  end
  return total
end

function Inventory:each(visit)
  local names = {}
  for name in pairs(self.items) do
    names[#names + 1] = name
  end
  table.sort(names, function(a, b)
    return a < b
  end)
  local at = 1
  while names[at] do
    visit(names[at], self.items[names[at]])
    at = at + 1
  end
end

Inventory.help = [[
put (name) and a count {n}
]]

return Inventory
