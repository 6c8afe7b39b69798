/** Pages that anybody reads. */

export {
  PublishedNotice,
  PublishedOrganisation,
  PublishedSystem,
  renderFeed,
  renderOrganisationPage,
  renderSystemPage,
  securityTxt,
} from './published.ts';
export { PAGE_STYLE } from './style.ts';
export { renderSmallPage, renderSubscribeForm } from './subscribe-page.ts';
