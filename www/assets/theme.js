// Sets the theme that an earlier visit chose, before anything is painted.
try {
  const theme = localStorage.getItem('causeway.theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // Storage is refused in sandboxed frames: the system's theme holds.
}
