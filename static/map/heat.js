/*
 * Pictures of many incidents: areas in colours, density laid over the map, and the film that
 * runs through their frames. A frame changes colours or one picture; the map is never made anew.
 */
"use strict";
window.RoomHeat = (() => {
  const FRAME_MS = 700;

  /* A slider with a play button in a corner of the map; goes when its picture goes. */
  const Film = L.Layer.extend({
    initialize(said, show) {
      this.said = said;
      this.show = show;
    },
    onAdd(map) {
      this.corner = L.control({ position: "bottomright" });
      this.corner.onAdd = () => this.box();
      this.corner.addTo(map);
      this.turn(0);
    },
    onRemove() {
      clearInterval(this.timer);
      this.corner.remove();
    },
    box() {
      const box = L.DomUtil.create("div", "film");
      this.button = L.DomUtil.create("button", "", box);
      this.slider = L.DomUtil.create("input", "", box);
      this.label = L.DomUtil.create("output", "", box);
      Object.assign(this.slider, { type: "range", min: 0, max: this.said.labels.length - 1, value: 0 });
      this.slider.setAttribute("aria-label", this.said.slider);
      this.slider.addEventListener("input", () => this.turn(Number(this.slider.value)));
      this.button.addEventListener("click", () => (this.timer ? this.stop() : this.play()));
      this.stop();
      L.DomEvent.disableClickPropagation(box);
      L.DomEvent.disableScrollPropagation(box);
      return box;
    },
    play() {
      this.timer = setInterval(() => this.turn((this.at + 1) % this.said.labels.length), FRAME_MS);
      this.button.textContent = "❚❚";
      this.button.setAttribute("aria-label", this.said.pause);
    },
    stop() {
      clearInterval(this.timer);
      this.timer = null;
      this.button.textContent = "▶";
      this.button.setAttribute("aria-label", this.said.play);
    },
    turn(n) {
      this.at = n;
      this.slider.value = n;
      this.label.textContent = this.said.labels[n];
      this.show(n);
    },
  });

  function withFilm(layers, film, show) {
    if (film) layers.push(new Film(film, show));
    else show(0);
    return layers;
  }

  function says(words) {
    const box = document.createElement("div");
    box.textContent = words;
    return box;
  }

  /* `frames`: for each frame a sign an area, its class of colour as a digit or "." for none. */
  function areas(said) {
    if (!said) return [];
    const renderer = L.canvas({ padding: 0.3 });
    const made = said.shapes.map((geometry, n) => L.geoJSON(geometry, { bubblingMouseEvents: true, style: { renderer, weight: 0.8 } })
      .bindTooltip(says(said.says[n]), { className: "room", sticky: true }));
    return withFilm([...made], said.film, (frame) => made.forEach((one, n) => {
      const level = said.frames[frame][n];
      const none = level === ".";
      one.setStyle({
        color: "#51626f", opacity: none ? 0.35 : 0.8,
        fillColor: none ? "#8796a1" : said.colours[Number(level)], fillOpacity: none ? 0.06 : 0.62,
      });
    }));
  }

  function heat(said) {
    if (!said) return [];
    const overlay = L.imageOverlay(said.frames[0], said.bounds, { className: "heat", interactive: false });
    return withFilm([overlay], said.film, (frame) => overlay.setUrl(said.frames[frame]));
  }

  return { areas, heat };
})();
