-- Copyright 2026 The lmu.lv2 Authors
-- SPDX-License-Identifier: ISC
--
-- Steps of ardour.sh, run by ardour7-lua:
--
--   create FOLDER RATE NAME=CHANNELS...  Make a session of these tracks
--   list FOLDER                          Print the plugins that Ardour takes
--   insert FOLDER NAME URI PRESET [N=VALUE]...
--                                        Insert a plugin, load a preset unless
--                                        it is empty, set the Nth controls
--   automate FOLDER NAME N FROM TO SECONDS
--                                        Let the Nth control jump there and back
--                                        each half of so many seconds
--   read FOLDER NAME                     Print the controls as N=VALUE
--   learn FOLDER NAME RECORD TRAIN STATUS RECORDED=SECONDS ESR=DB
--                                        Have Capture record so many seconds of a
--                                        track and learn to an error, by the
--                                        places of its controls
--   save FOLDER                          Save
--   bounce FOLDER NAME                   Render a track, print the files
--
-- `insert`, `learn` and `automate` save the session, and each step loads it anew.  Printed
-- lines start with "result", as Ardour prints much of its own.

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

-- Wait until plugins have run, and have loaded what they load
local function settle()
  sleep(0.5)
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

function steps.list()
  load()
  for plugin in ARDOUR.LuaAPI.list_plugins():iter() do
    if plugin.type == ARDOUR.PluginType.LV2 then
      result(plugin.unique_id)
    end
  end
end

function steps.insert()
  load()
  settle()
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

  -- A thread of Ardour's connects what is new and looks at the ports of all
  -- tracks, and dies if it meets one that is being added
  settle()
  assert(track:add_processor_by_index(processor, 0, nil, true) == 0,
    "cannot insert " .. uri)

  if arg[5] ~= "" then
    local plugin = insert:plugin(0)
    local preset = plugin:preset_by_uri(arg[5])
    assert(preset and preset.valid and plugin:load_preset(preset),
      "cannot load preset " .. arg[5])
  end
  for i = 6, #arg do
    local n, value = arg[i]:match("^(%d+)=(.+)$")
    assert(ARDOUR.LuaAPI.set_processor_param(
      processor, tonumber(n), tonumber(value)), "cannot set " .. arg[i])
  end
  settle()
  save()
end

-- Return the index of a parameter by its place among controls
local function parameter_of(plugin, wanted)
  local n = 0
  for i = 0, plugin:parameter_count() - 1 do
    if plugin:parameter_is_control(i) then
      if n == wanted then
        return i
      end
      n = n + 1
    end
  end
  error("no control " .. wanted)
end

function steps.automate()
  load()
  local processor = track_named(arg[3]):nth_plugin(0)
  local n = tonumber(arg[4])
  local _, list = ARDOUR.LuaAPI.plugin_automation(processor, n)
  assert(not list:isnil(), "no automation")
  local half = math.floor(tonumber(arg[7]) * Session:nominal_sample_rate() / 2)
  list:clear_list()
  for i = 0, 1 do
    local value = tonumber(arg[5 + i])
    list:add(Temporal.timepos_t(half * i + i), value, false, true)
    list:add(Temporal.timepos_t(half * (i + 1)), value, false, true)
  end
  local parameter = Evoral.Parameter(ARDOUR.AutomationType.PluginAutomation, 0,
    parameter_of(processor:to_insert():plugin(0), n))
  processor:to_automatable():automation_control(parameter, false)
    :set_automation_state(ARDOUR.AutoState.Play)
  save()
end

function steps.read()
  load()
  local processor = track_named(arg[3]):nth_plugin(0)
  assert(not processor:isnil(), "the session lost its plugin")
  local plugin = processor:to_insert():plugin(0)
  result(plugin:unique_id())
  settle()

  local n = 0
  for i = 0, plugin:parameter_count() - 1 do
    if plugin:parameter_is_control(i) then
      result(n .. "=" ..
        ARDOUR.LuaAPI.get_processor_param(processor, n, true))
      n = n + 1
    end
  end
end

-- Values of the control `status` of Capture
local recorded, ready = 2, 5

-- Wait until something holds, so many seconds at most
local function await(seconds, what, holds)
  local n = 0
  while not holds() do
    assert(n < 10 * seconds, "waited in vain for " .. what)
    n = n + 1
    sleep(0.1)
  end
end

-- Play a track as time goes
local function play(seconds)
  local source = ARDOUR.TransportRequestSource.TRS_UI
  Session:goto_start()
  settle()
  Session:request_roll(source)
  await(20 * seconds, "the transport", function()
    return Session:transport_sample() >= seconds * Session:nominal_sample_rate()
  end)
  Session:request_stop(false, false, source)
  settle()
end

function steps.learn()
  load()
  settle()
  local record, train, status = arg[4], arg[5], arg[6]
  local length, seconds = arg[7]:match("^(%d+)=(.+)$")
  local esr, bound = arg[8]:match("^(%d+)=(.+)$")
  local processor = track_named(arg[3]):nth_plugin(0)
  local function set(n, value)
    assert(ARDOUR.LuaAPI.set_processor_param(processor, tonumber(n), value))
  end
  local function get(n)
    return (ARDOUR.LuaAPI.get_processor_param(processor, tonumber(n), true))
  end
  local function is_recorded()
    return get(length) >= tonumber(seconds) and get(status) == recorded
  end

  set(record, 1)
  sleep(1)
  play(tonumber(seconds))
  set(record, 0)
  await(30, "the recording", is_recorded)

  -- Ten times as long as a training takes, and on where the plugin has had
  -- enough: work counts, not the clock
  set(train, 1)
  await(600, "the model", function()
    if get(status) == ready then
      set(train, 0)
      sleep(1)
      set(train, 1)
    end
    return get(esr) <= tonumber(bound)
  end)
  set(train, 0)
  await(30, "the end of training", is_recorded)
  result(get(length) .. " s, ESR " .. get(esr) .. " dB")
  save()
end

function steps.save()
  load()
  settle()
  save()
end

function steps.bounce()
  load()
  local track = track_named(arg[3])
  settle()
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
