-- Copyright 2026 The lmu.lv2 Authors
-- SPDX-License-Identifier: ISC
--
-- Steps of ardour.sh, run by ardour7-lua:
--
--   create FOLDER RATE NAME=CHANNELS...  Make a session of these tracks
--   insert FOLDER NAME URI [N=VALUE]...  Insert a plugin, set its Nth controls
--   read FOLDER NAME                     Print the controls as N=VALUE
--   bounce FOLDER NAME                   Render a track, print the files
--
-- `insert` saves the session, and each step loads it anew.  Printed lines start
-- with "result", as Ardour prints much of its own.

local step, folder = arg[1], arg[2]
local session_name = "session"

local function result(...)
  print("result", ...)
end

local function save()
  Session:save_state("", false, false, false, false, false)
end

local function load()
  assert(load_session(folder, session_name), "cannot load the session")
end

local function track_named(name)
  local route = Session:route_by_name(name)
  assert(not route:isnil(), "no track " .. name)
  return route
end

-- Call a function with each input control's place among all controls
local function each_control(plugin, visit)
  local n = 0
  for i = 0, plugin:parameter_count() - 1 do
    if plugin:parameter_is_control(i) then
      if plugin:parameter_is_input(i) then
        visit(n)
      end
      n = n + 1
    end
  end
end

local steps = {}

function steps.create()
  assert(create_session(folder, session_name, tonumber(arg[3])))
  for i = 4, #arg do
    local name, n_channels = arg[i]:match("^(.+)=(%d+)$")
    local tracks = Session:new_audio_track(
      tonumber(n_channels), 2, nil, 1, name,
      ARDOUR.PresentationInfo.max_order, ARDOUR.TrackMode.Normal, true)
    assert(not tracks:empty(), "cannot add track " .. name)
  end
  save()
end

function steps.insert()
  load()
  local uri = arg[4]
  local processor =
    ARDOUR.LuaAPI.new_plugin(Session, uri, ARDOUR.PluginType.LV2, "")
  assert(not processor:isnil(), "Ardour does not take " .. uri)

  -- A bounce reads no more channels of the track than come out of the plugin,
  -- and with strict I/O as many come out as go in
  local track = track_named(arg[3])
  local insert = processor:to_insert()
  track:set_strict_io(insert:natural_input_streams():n_audio() >
    insert:natural_output_streams():n_audio())
  assert(track:add_processor_by_index(processor, 0, nil, true) == 0,
    "cannot insert " .. uri)

  for i = 5, #arg do
    local n, value = arg[i]:match("^(%d+)=(.+)$")
    assert(ARDOUR.LuaAPI.set_processor_param(
      processor, tonumber(n), tonumber(value)), "cannot set " .. arg[i])
  end
  sleep(0.2)
  save()
end

function steps.read()
  load()
  local processor = track_named(arg[3]):nth_plugin(0)
  assert(not processor:isnil(), "the session lost its plugin")
  local plugin = processor:to_insert():plugin(0)
  result(plugin:unique_id())
  each_control(plugin, function(n)
    result(n .. "=" ..
      ARDOUR.LuaAPI.get_processor_param(processor, n, true))
  end)
end

function steps.bounce()
  load()
  local track = track_named(arg[3])
  sleep(0.5)
  local region = track:to_track():bounce_range(
    Session:current_start_sample(), Session:current_end_sample(),
    ARDOUR.InterThreadInfo(), track:nth_plugin(0), true, "bounce")
  assert(not region:isnil(), "cannot bounce")

  local insert = track:nth_plugin(0):to_insert()
  for i = 0, insert:natural_output_streams():n_audio() - 1 do
    result(region:source(i):to_filesource():path())
  end
end

assert(steps[step], "unknown step " .. tostring(step))()
close_session()
quit()
