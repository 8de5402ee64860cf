"""A private JupyterLab and a page of Debian's Chromium that works in it."""

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SETTINGS = {  # no news pop-up, and all cells on the page instead of those in view
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    "notebook-extension/tracker": {"windowingMode": "none"},
}
PANEL = ".jp-NotebookPanel:not(.lm-mod-hidden)"
IDLE = """() => window.jupyterapp?.shell.currentWidget?.sessionContext?.session
    ?.kernel?.status === 'idle'"""


class Lab:
    """A JupyterLab on a copy of the notebooks, with settings of its own."""

    def __init__(self, folder):
        self.root = folder / "the course"
        shutil.copytree(ROOT / "notebooks", self.root / "notebooks")
        self.private = folder / "private"
        for name, setting in SETTINGS.items():
            path = self.private / f"settings/@jupyterlab/{name}.jupyterlab-settings"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(setting), encoding="utf-8")
        self.token = secrets.token_hex(16)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.url = f"http://127.0.0.1:{probe.getsockname()[1]}"

    def start(self):
        """Start the server and wait until it answers."""
        with open(self.private / "lab.log", "w", encoding="utf-8") as log:
            self.process = subprocess.Popen(
                self.command(), env=self.environment(), stdout=log, stderr=log
            )
        for _ in range(600):
            if self.process.poll() is not None:
                break
            try:
                urllib.request.urlopen(f"{self.url}/api/status?token={self.token}")
                return self
            except OSError:
                time.sleep(0.1)
        raise RuntimeError((self.private / "lab.log").read_text()[-2000:])

    def command(self):
        return [
            *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"),
            *("--ip=127.0.0.1", f"--port={self.url.rpartition(':')[2]}"),
            *("--ServerApp.port_retries=0", f"--IdentityProvider.token={self.token}"),
            *(f"--ServerApp.root_dir={self.root}", "--LabApp.expose_app_in_browser=1"),
        ]

    def environment(self):
        own = {
            "JUPYTER_CONFIG_DIR": "config",
            "JUPYTER_DATA_DIR": "data",  # holds which outputs are trusted
            "JUPYTER_RUNTIME_DIR": "runtime",
            "JUPYTERLAB_SETTINGS_DIR": "settings",
            "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
            "IPYTHONDIR": "ipython",
        }
        folders = {name: str(self.private / end) for name, end in own.items()}
        return {**os.environ, **folders, "PYTHONPATH": str(ROOT)}

    def stop(self):
        self.process.terminate()
        self.process.wait(20)


class Lesson:
    """A notebook open in a page, and what the page complained about."""

    def __init__(self, lab, page, name):
        self.lab, self.page = lab, page
        self.complaints = []
        page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        page.on("request", self.notice_request)
        page.goto(f"{lab.url}/doc/tree/notebooks/{name}?token={lab.token}&reset")
        page.wait_for_selector(f"{PANEL} .jp-Notebook .jp-Cell", timeout=60_000)
        self.wait_until_idle()

    def notice_request(self, request):
        local = (self.lab.url, self.lab.url.replace("http", "ws"), "data:", "blob:")
        if not request.url.startswith(local):
            self.complaints.append(f"outside: {request.url}")

    def wait_until_idle(self, timeout=120_000):
        self.page.wait_for_function(IDLE, timeout=timeout)

    def run_all(self):
        """Run all cells and wait until the last one has its number."""
        last = self.page.locator(f"{PANEL} .jp-CodeCell .jp-InputPrompt").last
        self.command("notebook:clear-all-cell-outputs")
        self.command("notebook:run-all-cells")
        self.page.wait_for_function(
            "prompt => /\\d/.test(prompt.textContent)",
            arg=last.element_handle(),
            timeout=120_000,
        )
        self.wait_until_idle()

    def command(self, name):
        self.page.evaluate(
            "name => void window.jupyterapp.commands.execute(name)", name
        )

    def errors(self):
        """Return the error outputs of the notebook."""
        kind = "[data-mime-type='application/vnd.jupyter.error']"
        return self.page.locator(f"{PANEL} {kind}").all_inner_texts()

    def accessibility_faults(self):
        """Return what axe-core finds wrong inside the outputs, and nameless images.

        JupyterLab calls an image "Image" that came as Markdown or HTML without alt
        text, so that axe-core finds no fault with it.
        """
        from axe_playwright_python.sync_playwright import Axe

        found = Axe().run(self.page, context=".jp-OutputArea-output").response
        nameless = self.page.locator(".jp-OutputArea-output img[alt=Image]").count()
        return [
            f"{fault['id']}: {node['html'][:200]}"
            for fault in found["violations"]
            for node in fault["nodes"]
        ] + ["an image has no name but 'Image'"] * nameless

    def trusts(self):
        """Tell whether JupyterLab trusts all cells, as it does what it has run."""
        return self.page.evaluate(
            "() => [...window.jupyterapp.shell.currentWidget.content.model.cells]"
            ".every(cell => cell.trusted)"
        )


class Widget:
    """A stepper on the page of a lesson."""

    def __init__(self, lesson, box):
        self.page, self.box = lesson.page, box
        self.image = box.locator("img")

    @classmethod
    def all_in(cls, lesson):
        """Return the steppers of a lesson: the boxes that hold a Step button."""
        step = lesson.page.get_by_role("button", name="Step", exact=True)
        outputs = lesson.page.locator(f"{PANEL} .jp-OutputArea-output").filter(has=step)
        return [cls(lesson, outputs.nth(i)) for i in range(outputs.count())]

    def button(self, text):
        return self.box.get_by_role("button", name=text, exact=True)

    def click(self, text):
        self.button(text).click()

    def press_by_keyboard(self, text):
        self.button(text).focus()
        self.page.keyboard.press("Enter")

    def scrub_by_keyboard(self, key):
        self.box.locator(".noUi-handle").last.focus()
        self.page.keyboard.press(key)

    def shown(self):
        return {name: self.image.get_attribute(name) for name in ("src", "alt")}

    def wait_for_change(self, before):
        """Return what is shown as soon as it is another picture, loaded and drawn."""
        self.page.wait_for_function(
            """([box, before]) => { const image = box.querySelector('img');
            return image && image.src !== before && image.complete
            && image.naturalWidth > 0 }""",
            arg=[self.box.element_handle(), before["src"]],
            timeout=20_000,
        )
        return self.shown()

    def sentence(self):
        return self.box.locator("[role=status]").inner_text()

    def trouble(self):
        alerts = self.box.locator("[role=alert]")
        return " ".join(alerts.all_inner_texts())

    def overflow(self):
        """Return how many pixels of the box are cut off at the right."""
        return self.box.evaluate(
            "box => Math.max(...[box, ...box.querySelectorAll('.widget-vbox')]"
            ".map(each => each.scrollWidth - each.clientWidth))"
        )
