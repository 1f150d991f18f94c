// node photograph.mjs PAGE.html OUT_DIR: the page at desktop and phone width, folds as they are and all open.
import chromium from "@sparticuz/chromium";
import puppeteer from "puppeteer-core";
import { pathToFileURL } from "node:url";

const [page_file, out] = process.argv.slice(2);
const views = [
  { name: "desktop", width: 1280, height: 400, deviceScaleFactor: 1 },
  { name: "phone", width: 390, height: 700, deviceScaleFactor: 2, isMobile: true, hasTouch: true },
];

const browser = await puppeteer.launch({ args: chromium.args, executablePath: await chromium.executablePath(), headless: "shell" });
try {
  const page = await browser.newPage();
  await page.setOfflineMode(true);
  await page.setJavaScriptEnabled(false);
  for (const { name, ...viewport } of views) {
    await page.setViewport(viewport);
    for (const folds of ["", "-open"]) {
      await page.goto(pathToFileURL(page_file).href, { waitUntil: "load" });
      if (folds) await page.$$eval("details", (all) => all.forEach((one) => one.setAttribute("open", "")));
      const wide = await page.$eval("html", (html) => html.scrollWidth);
      if (wide > viewport.width) console.error(`${name}${folds}: the page is ${wide} px wide, the screen ${viewport.width}`);
      await page.screenshot({ path: `${out}/${name}${folds}.png`, fullPage: true });
    }
  }
} finally {
  await browser.close();
}
