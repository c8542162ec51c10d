// Shows on the skeleton how much of the page has arrived. Trunk calls these.
export default function initializer() {
  const text = () => document.getElementById('boot-text');
  const bar = () => document.getElementById('boot-bar');
  return {
    onProgress({ current, total }) {
      if (!bar() || !text()) return;
      const kilobytes = Math.round(current / 1024);
      if (total > 0) {
        bar().max = total;
        bar().value = Math.min(current, total);
        text().textContent = `Loading the page: ${kilobytes} of ${Math.round(total / 1024)} KB`;
      } else {
        text().textContent = `Loading the page: ${kilobytes} KB`;
      }
    },
    onFailure(error) {
      if (!text()) return;
      bar()?.remove();
      text().textContent = `The page could not be loaded: ${error}. Reload to try again.`;
    },
  };
}
