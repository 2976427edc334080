// Runs before the first paint, so that a chosen theme does not flash in late. Its key is that of src/lib/theme.ts.
(() => {
  try {
    const theme = localStorage.getItem("instacrm.theme");
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  } catch {
    // Storage may be forbidden; the system's theme stands.
  }
})();
