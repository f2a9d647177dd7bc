// The theme asks for its settings, and keeps them, without a guard: where a browser forbids storage, or has no room,
// its scripts would end there. A page has this before them, in its head. The reader's marks still hear of it, because
// memory.js says what is kept.
(() => {
  const isOurs = (key) => key.startsWith("progress of");
  const keep = Storage.prototype.setItem;
  Storage.prototype.setItem = function (key, value) {
    try { keep.call(this, key, value); } catch (error) { if (isOurs(key)) throw error; }
  };
  for (const name of ["localStorage", "sessionStorage"]) {
    try { window[name].length; } catch (error) {
      const setItem = (key) => { if (isOurs(key)) throw error; };
      Object.defineProperty(window, name, { value: { getItem: () => null, setItem, removeItem() {} } });
    }
  }
})();
