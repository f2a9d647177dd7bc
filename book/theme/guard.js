// Stubs storage where a browser forbids it or has no room, since theme scripts would crash there.
// It runs in the head of each page. Errors still reach memory.js, which tells the reader that
// nothing is stored. Then sets the layer, "read" until the reader chooses "work", before the first
// paint: without it, as without scripts, nothing is folded or covered.
(() => {
  const isOurs = (key) => key.startsWith("progress of");
  const keep = Storage.prototype.setItem;
  Storage.prototype.setItem = function (key, value) {
    try {
      keep.call(this, key, value);
    } catch (error) {
      if (isOurs(key)) throw error;
    }
  };
  for (const name of ["localStorage", "sessionStorage"]) {
    try {
      window[name].length;
    } catch (error) {
      const setItem = (key) => {
        if (isOurs(key)) throw error;
      };
      Object.defineProperty(window, name, {
        value: { getItem: () => null, setItem, removeItem() {} },
      });
    }
  }
  const { dataset } = document.documentElement;
  dataset.layer = localStorage.getItem("layer") || "read";
  if (
    Object.entries(localStorage).some(([key, kept]) => isOurs(key) && kept.includes?.('"scale 0"'))
  )
    dataset.told = "";
  addEventListener(
    "error",
    ({ target }) => target.src?.includes("book.js") && delete dataset.layer,
    true,
  );
})();
