/*
 * The room's map: roads, borders and what the page hands over to `draw`.
 *
 * Names and words typed by people reach the page as JSON and are only ever set by textContent.
 * `draw` repaints the parts that changed; the map itself is made once.
 */
"use strict";
window.Ambon112 = (() => {
  const SVG = "http://www.w3.org/2000/svg";
  const ROADS = [ // drawn in this order; `from`: the zoom from which they show
    { classes: ["path", "footway", "steps", "track", "pedestrian", "corridor"], colour: "#b7aa97", width: 0.8, from: 15 },
    { classes: ["service", "living_street"], colour: "#c3c9ce", width: 1.2, from: 14 },
    { classes: ["residential", "unclassified"], colour: "#b4bcc3", width: 1.6, from: 12 },
    { classes: ["tertiary", "tertiary_link"], colour: "#d9b45a", width: 2.4, from: 0 },
    { classes: ["secondary", "secondary_link"], colour: "#d59b3a", width: 3, from: 0 },
    { classes: ["primary", "primary_link", "trunk", "trunk_link"], colour: "#c9702e", width: 3.6, from: 0 },
  ];
  const FURTHEST_OUT = 10; // nobody zooms out further than this
  const parts = {}; // part of the picture -> { said, layer }
  let map, names = [], roads = [], clicks = 0, seenView = 0, legend, note;

  function tell(kind, fields) {
    clicks += 1;
    window.Streamlit.setComponentValue({ kind, n: clicks, ...fields });
  }

  function element(tag, className, text) {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  }

  function shape(path, { size, fill, line, width = 2, dash, letter, ink, title }) {
    const svg = document.createElementNS(SVG, "svg");
    const set = (node, said) => Object.entries(said).forEach(([k, v]) => v != null && node.setAttribute(k, v));
    set(svg, { viewBox: "0 0 24 24", width: size, height: size, role: title ? "img" : null, "aria-hidden": title ? null : "true" });
    const body = document.createElementNS(SVG, "path");
    set(body, { d: path, fill, stroke: line, "stroke-width": width, "stroke-dasharray": dash, "stroke-linejoin": "round" });
    svg.append(body);
    if (letter) {
      const word = document.createElementNS(SVG, "text");
      set(word, { x: 12, y: 12.5, fill: ink });
      word.textContent = letter;
      svg.append(word);
    }
    if (title) svg.setAttribute("aria-label", title);
    return svg;
  }

  /* A mark that does something: with mouse, finger, or the Enter key once it has the focus. */
  function pressed(made, id, does) {
    made.options.keyboard = true;
    return made.on("add", () => { made.getElement().dataset.id = id; }).on("click", does)
      .on("keypress", ({ originalEvent }) => originalEvent.key === "Enter" && does());
  }

  function icon(content, size, className = "") {
    return L.divIcon({ html: content, className: `room-icon ${className}`, iconSize: [size, size], iconAnchor: [size / 2, size / 2] });
  }

  function marker(lon, lat, content, size, says, options = {}) {
    const made = L.marker([lat, lon], {
      icon: icon(content, size, options.className), keyboard: false, bubblingMouseEvents: true, ...options,
    });
    if (says) made.bindTooltip(element("div", "", says), { className: "room", direction: "top", offset: [0, -size / 3] });
    return made;
  }

  /* A marker that may be dragged: the page asks before anything moves, and what it then says is
     drawn whatever it is, so that a marker nobody moved is back in its place. */
  function movable(made, part, what, { id, drag }) {
    if (!drag) return made;
    made.options.draggable = made.options.autoPan = true;
    return made.on("dragend", () => {
      const { lng, lat } = made.getLatLng();
      parts[part].said = "";
      tell("drag", { what, id, lon: lng, lat });
    });
  }

  /* Lines and spots come as whole 1e-5 degrees, each as the step from the one before. */
  function unpack(flat) {
    let x = flat[0], y = flat[1];
    const points = [[y / 1e5, x / 1e5]];
    for (let i = 2; i < flat.length; i += 2) points.push([(y += flat[i + 1]) / 1e5, (x += flat[i]) / 1e5]);
    return points;
  }

  const line = (points, style) => L.polyline(points.map(([lon, lat]) => [lat, lon]), { interactive: false, ...style });

  const chosen = (one, made) => (one.name ? made.on("click", () => tell("shape", { name: one.name })) : made);

  const label = ({ at: [lon, lat], says }) => L.marker([lat, lon], {
    pane: "names", interactive: false, keyboard: false,
    icon: L.divIcon({ html: element("div", "area-name shape-name", says), className: "room-icon", iconSize: [0, 0] }),
  });

  const DRAW = {
    ...window.RoomHeat,
    stations(all) {
      return all.map((one) => movable(marker(one.lon, one.lat, shape(one.path, {
        size: 30, fill: one.confirmed ? one.colour : "#fff", line: one.colour, width: 2.4,
        letter: String(one.free), ink: one.confirmed ? "#fff" : one.colour, title: one.says,
      }), 30, one.says, { zIndexOffset: 0 }), "stations", "station", one));
    },
    units(all) {
      return all.map((one) => movable(marker(one.lon, one.lat, shape(one.path, {
        size: 24, fill: one.colour, line: one.busy ? "#111" : "#fff", width: 1.8, dash: one.stale ? "2 2" : null,
        letter: one.letter, ink: "#fff", title: one.says,
      }), 24, one.says, { zIndexOffset: 200 }), "units", "unit", one));
    },
    incidents(all) {
      const round = "M12 1.5A10.5 10.5 0 1 1 11.99 1.5Z";
      return all.map((one) => pressed(marker(one.lon, one.lat, shape(round, {
        size: 28, fill: one.colour, line: one.focused ? "#000" : "#fff", width: one.focused ? 3 : 2, letter: one.letter, ink: one.ink, title: one.says,
      }), 28, one.says, { zIndexOffset: 400, bubblingMouseEvents: false, className: one.waiting ? "waiting" : "" }),
        `incident-${one.id}`, () => tell("incident", { id: one.id })));
    },
    candidates(all) {
      return all.map((one) => pressed(marker(one.lon, one.lat, element("div", "candidate", String(one.number)), 30, one.says,
        { zIndexOffset: 700, bubblingMouseEvents: false }), `candidate-${one.number}`, () => tell("candidate", { number: one.number })));
    },
    scene(one) {
      if (!one) return [];
      const cross = "M12 0V8M12 16V24M0 12H8M16 12H24M12 5.5A6.5 6.5 0 1 1 11.99 5.5Z";
      const made = [marker(one.lon, one.lat, shape(cross, { size: 38, fill: "none", line: "#b3001b", width: 2.6, title: one.says }), 38, one.says, { zIndexOffset: 600, className: "scene-cross", interactive: false })];
      if (one.radius_m > 0) {
        made.unshift(L.circle([one.lat, one.lon], { radius: one.radius_m, color: "#b3001b", weight: 2, dashArray: "6 5", fillOpacity: 0.05, interactive: false }));
      }
      return made;
    },
    routes(all) {
      const made = [];
      [...all].reverse().forEach((one) => {
        const best = one.rank === 1;
        made.push(line(one.line, { color: "#fff", weight: best ? 9 : 6, opacity: 0.9 }));
        made.push(line(one.line, { color: best ? "#0b5cad" : "#51626f", weight: best ? 5 : 3, dashArray: best ? null : "8 5" }));
        if (one.walk) made.push(line(one.walk, { color: "#111", weight: 3, dashArray: "1 6", lineCap: "round" }));
        const [lon, lat] = one.line[0];
        made.push(L.marker([lat, lon], {
          icon: L.divIcon({ html: element("div", best ? "rank" : "rank other", String(one.rank)), className: "room-icon", iconSize: [26, 26], iconAnchor: [-6, 30] }),
          keyboard: false, interactive: false, zIndexOffset: 800 - one.rank,
        }));
      });
      return made;
    },
    closures(all) {
      return all.map((one) => L.geoJSON(one.geometry, {
        style: { color: "#111", weight: 6, dashArray: "2 9", fillColor: "#111", fillOpacity: 0.18 },
        pointToLayer: (_, at) => L.circleMarker(at, { radius: 9, color: "#b3001b", weight: 4, fillColor: "#fff", fillOpacity: 1 }),
        bubblingMouseEvents: true,
      }).bindTooltip(element("div", "", one.says), { className: "room", sticky: true }));
    },
    reached(bands) {
      const renderer = L.canvas({ pane: "reach", padding: 0.3 });
      return bands.map((one) => L.polyline(one.lines.map(unpack), {
        renderer, pane: "reach", color: one.colour, weight: one.width, opacity: 0.9, interactive: false, smoothFactor: 1.2,
      }));
    },
    spots(groups) {
      const renderer = L.canvas({ pane: "reach", padding: 0.3 });
      return groups.flatMap((one) => unpack(one.at).map((at) => L.circleMarker(at, {
        renderer, pane: "reach", radius: 3, stroke: Boolean(one.ring), color: one.colour, weight: 1.5,
        fillColor: one.ring ? "#fff" : one.colour, fillOpacity: 0.85, interactive: false,
      })));
    },
    circles(all) {
      return all.map((one) => L.circle([one.lat, one.lon], {
        radius: one.radius_m, color: "#6a1b9a", weight: 1.8, dashArray: "7 5", fill: false, interactive: false,
      }));
    },
    raster(one) { // a picture the page made itself, never an address of elsewhere
      if (!one || !one.image.startsWith("data:image/png;base64,")) return [];
      const [west, south, east, north] = one.bounds;
      return [L.imageOverlay(one.image, [[south, west], [north, east]], { opacity: 0.7, interactive: false })];
    },
    shapes(all) { // areas, points, and circles of so many metres; those with a name can be clicked
      return all.map((one) => {
        const style = { color: one.colour, weight: one.weight || 2, dashArray: one.dash || null, fillColor: one.colour, fillOpacity: one.fill ?? 0.15, bubblingMouseEvents: !one.name };
        const made = one.radius_m
          ? L.circle([one.lat, one.lon], { ...style, radius: one.radius_m })
          : L.geoJSON(one.geometry, { style, bubblingMouseEvents: !one.name, pointToLayer: (_, at) => L.circleMarker(at, { ...style, radius: one.size || 5 }) });
        if (one.says) made.bindTooltip(element("div", "", one.says), { className: "room", sticky: true });
        if (one.label) return L.layerGroup([chosen(one, made), label(one.label)]);
        return chosen(one, made);
      });
    },
    sketch(points) {
      if (!points.length) return [];
      const at = points.map(([lon, lat]) => [lat, lon]);
      const made = at.map((one) => L.circleMarker(one, { radius: 5, color: "#b3001b", weight: 3, fillColor: "#fff", fillOpacity: 1, interactive: false }));
      if (at.length > 1) made.unshift(L.polyline(at, { color: "#b3001b", weight: 4, dashArray: "6 6", interactive: false }));
      return made;
    },
  };

  function redraw(part, said) {
    const text = JSON.stringify(said);
    if (parts[part] && parts[part].said === text) return;
    const held = document.activeElement?.dataset.id; // a mark drawn anew keeps the focus
    if (parts[part]) map.removeLayer(parts[part].layer);
    parts[part] = { said: text, layer: L.layerGroup(DRAW[part](said)).addTo(map) };
    if (held && document.activeElement === document.body) document.querySelector(`[data-id="${held}"]`)?.focus({ preventScroll: true });
  }

  function look(view) {
    if (!view || view.n === seenView) return;
    seenView = view.n;
    const box = L.latLngBounds(view.points.map(([lon, lat]) => [lat, lon]));
    map.options.minZoom = 0; // an earthquake may be far away
    map.setMinZoom(Math.min(FURTHEST_OUT, map.getBoundsZoom(box, false, L.point(72, 72))));
    map.fitBounds(box, { maxZoom: view.zoom, padding: [36, 36], animate: false });
  }

  function showLegend({ title, rows, open }) {
    legend.open = legend.open || Boolean(open);
    legend.replaceChildren(element("summary", "", title));
    rows.forEach((row) => {
      const entry = element("div");
      entry.className = row.mark ? "" : "ground";
      const drawn = { size: 18, fill: row.fill, line: row.line, width: 2, dash: row.dash, letter: row.letter, ink: row.ink };
      entry.append(shape(row.path, drawn), element("span", "", row.says));
      legend.append(entry);
    });
  }

  function showWords(words) {
    const text = JSON.stringify(words);
    if (parts.words === text) return;
    parts.words = text;
    showLegend(words.legend);
    note.textContent = words.note || "";
    note.style.display = words.note ? "" : "none";
  }

  /* Take over what the page says now; returns the layer streamlit-folium wants to hold. */
  function draw(said) {
    window.RoomPage.drawn(said.version);
    Object.keys(DRAW).forEach((part) => part in said && redraw(part, said[part]));
    showWords(said.words);
    map.getContainer().setAttribute("aria-label", said.name);
    window.frameElement.setAttribute("aria-label", said.name);
    look(said.view);
    window.feature_group = []; // it would otherwise keep every former layer
    return L.layerGroup();
  }

  function drawRoads(lines) {
    const renderer = L.canvas({ pane: "roads", padding: 0.3 });
    roads = ROADS.map((kind) => ({
      ...kind,
      layer: L.polyline(kind.classes.flatMap((name) => (lines[name] || []).map(unpack)), {
        renderer, pane: "roads", color: kind.colour, weight: kind.width, interactive: false, smoothFactor: 1.2,
      }),
    }));
    showRoads();
  }

  function showRoads() {
    const zoom = map.getZoom();
    roads.forEach(({ layer, width, from }) => {
      if (zoom < from) { map.removeLayer(layer); return; }
      const weight = width * (zoom >= 17 ? 2.2 : zoom >= 15 ? 1.5 : zoom >= 13 ? 1 : 0.7);
      if (layer.options.weight !== weight) layer.setStyle({ weight });
      if (!map.hasLayer(layer)) layer.addTo(map);
    });
    names.forEach(({ layer, from }) => (zoom >= from ? layer.addTo(map) : map.removeLayer(layer)));
  }

  function drawAreas(areas) {
    const renderer = L.canvas({ pane: "land", padding: 0.3 });
    L.geoJSON(areas, {
      pane: "land", renderer, interactive: false,
      style: { color: "#8a7f9c", weight: 1.2, dashArray: "5 4", fillColor: "#fbfaf6", fillOpacity: 1 },
    }).addTo(map);
    areas.features.forEach(({ properties }) => {
      const at = [properties.label[1], properties.label[0]];
      const layer = L.marker(at, {
        pane: "names", interactive: false, keyboard: false,
        icon: L.divIcon({ html: element("div", "area-name", properties.name), className: "room-icon", iconSize: [0, 0] }),
      });
      names.push({ layer, from: properties.from });
    });
    showRoads();
  }

  function addControls(credit) {
    map.attributionControl.setPrefix(false).addAttribution(element("span", "", credit).innerHTML);
    legend = L.DomUtil.create("details", "legend");
    L.DomEvent.disableClickPropagation(legend);
    const corner = L.control({ position: "bottomleft" });
    corner.onAdd = () => legend;
    corner.addTo(map);
    note = L.DomUtil.create("div", "map-note");
    const top = L.control({ position: "topright" });
    top.onAdd = () => note;
    top.addTo(map);
  }

  /* Without a mouse: the arrow keys move the map, and Enter presses what lies in its middle. */
  function pressMiddle(event) {
    const box = map.getContainer();
    if (event.key !== "Enter" || event.target !== box) return;
    const at = { clientX: box.clientWidth / 2, clientY: box.clientHeight / 2 };
    document.elementFromPoint(at.clientX, at.clientY).dispatchEvent(new MouseEvent("click", { bubbles: true, ...at }));
  }

  function fetchJson(url) {
    return fetch(url).then((answer) => answer.json());
  }

  /* Make the ground once; clicks go to the page at once, without streamlit-folium's 250 ms pause. */
  function begin(made, { roadsUrl, areasUrl, newsUrl, credit }) {
    map = made;
    map.setMinZoom(FURTHEST_OUT).setMaxZoom(19);
    [["land", 200], ["roads", 250], ["reach", 300], ["names", 350]].forEach(([pane, z]) => {
      map.createPane(pane).style.zIndex = z;
      map.getPane(pane).style.pointerEvents = "none";
    });
    addControls(credit);
    map.getContainer().setAttribute("role", "application");
    map.getContainer().addEventListener("keydown", pressMiddle);
    for (const [kind, keys] of [["keyup", true], ["keydown", true], ["pointerdown", false]]) { // a mouse needs no cross
      map.getContainer().addEventListener(kind, () => map.getContainer().classList.toggle("by-keys", keys), true);
    }
    map.on("zoomend", showRoads);
    map.on("click", ({ originalEvent }) => { // a marker would otherwise lend the click its own place
      const { lng, lat } = map.mouseEventToLatLng(originalEvent);
      tell("click", { lon: lng, lat });
    });
    new ResizeObserver(() => map.invalidateSize({ animate: false })).observe(map.getContainer());
    fetchJson(areasUrl).then(drawAreas);
    fetchJson(roadsUrl).then(drawRoads).then(() => document.body.setAttribute("data-ready", "yes"));
    window.RoomPage.begin(newsUrl, (kind) => tell(kind, {}));
  }

  return { begin, draw };
})();
