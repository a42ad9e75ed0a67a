import './index.css';
import './places.css';
